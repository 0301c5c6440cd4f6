using System.Text;
using Azure.Storage.Blobs;
using Pipeline.Core.Costs;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Functions.Estimates;
using Pipeline.Functions.Ingestion;

namespace Pipeline.UnitTests.DatasetOptions;

public sealed class ClassWeightsOfDatasetTests
{
    [Fact]
    public async Task A_weight_for_a_label_that_the_dataset_does_not_have_is_refused_with_the_labels_it_has()
    {
        var finding = Assert.Single(await ValidateAsync(ClassWeights.Of([KeyValuePair.Create("spma", 2.0)])), f => f.Id == "bad-options");

        Assert.Contains("'spma'", finding.Places[0].Excerpt, StringComparison.Ordinal);
        Assert.Contains("'ham', 'spam'", finding.Places[0].Excerpt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weights_for_its_labels_are_taken() =>
        Assert.DoesNotContain(await ValidateAsync(ClassWeights.Of([KeyValuePair.Create("spam", 2.0)])), f => f.Id == "bad-options");

    private static async Task<IReadOnlyList<Finding>> ValidateAsync(ClassWeights weights)
    {
        var rows = string.Concat(Enumerable.Range(0, 60).Select(i => $"{(i % 2 == 0 ? "see you at lunch on day" : "you have won prize number")} {i},{(i % 2 == 0 ? "ham" : "spam")}\n"));
        var storage = new BlobServiceClient("UseDevelopmentStorage=true");
        var report = await new DatasetValidation(storage, new DatasetEstimates(storage, new RateOptions(), measured: null)).ValidateAsync(
            "mail.csv", new MemoryStream(Encoding.UTF8.GetBytes("text,label\n" + rows)), new RunOptions { ClassWeights = weights }, TestContext.Current.CancellationToken);
        return report.Findings;
    }
}
