using System.IO.Compression;
using System.Text.Json;
using Pipeline.Core.Baselines;
using Pipeline.Core.Metrics;
using Pipeline.Tests;

namespace Pipeline.UnitTests.Baselines;

/// <summary>The stars of film reviews, which stand in the ids of the IMDB dataset: <c>train/neg/0_3.txt</c> has 3 of 10.</summary>
public sealed class RealRatingsTests
{
    [Fact]
    public void Stars_are_predicted_far_better_than_by_their_mean()
    {
        var reviews = Reviews(SharedFolder.Path("data/imdb/train.jsonl.gz"), every: 50).ToList();
        List<TargetText> test = [.. reviews.Where((_, i) => i % 5 == 0)], train = [.. reviews.Where((_, i) => i % 5 > 1)];
        List<TargetText> validation = [.. reviews.Where((_, i) => i % 5 == 1)];

        var linear = RegressionBaseline.Fit(train, validation, TestContext.Current.CancellationToken).Evaluate(test);

        var mean = new RegressionScore();
        foreach (var review in test)
            mean.Add(review.Target, train.Average(t => t.Target));
        Assert.InRange(linear.R2, 0.2, 0.8);
        Assert.InRange(linear.Rmse, 1, 0.9 * mean.ToMetrics().Rmse);
        Assert.InRange(linear.Spearman!.Value, 0.4, 1);
    }

    private static IEnumerable<TargetText> Reviews(string path, int every)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        for (var row = 0; reader.ReadLine() is { } line; row++)
        {
            if (row % every != 0)
                continue;
            using var json = JsonDocument.Parse(line);
            var id = json.RootElement.GetProperty("id").GetString()!;
            yield return new TargetText(json.RootElement.GetProperty("text").GetString()!, int.Parse(id[(id.LastIndexOf('_') + 1)..id.LastIndexOf('.')]));
        }
    }
}
