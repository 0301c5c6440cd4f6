using Pipeline.Core;
using Pipeline.Core.Models;

namespace Pipeline.Functions.Scoring;

/// <summary>Adds up what a block says for the summary.</summary>
internal static class ScoringTally
{
    /// <summary>The progress with a block more.</summary>
    /// <param name="progress">The progress before it.</param>
    /// <param name="block">Its rows.</param>
    /// <param name="model">The version.</param>
    /// <param name="seconds">Seconds of work on it.</param>
    public static ScoringProgress Add(ScoringProgress progress, IReadOnlyList<RowAnswer> block, ModelManifest model, double seconds)
    {
        var failures = progress.Failures.ToList();
        var labels = model.ProblemType == ProblemType.Regression
            ? []
            : new OrderedDictionary<string, long>(model.Labels.Select(l => KeyValuePair.Create(l, progress.Labels.GetValueOrDefault(l))));
        var sum = progress.ValueSum;
        foreach (var answer in block)
        {
            if (answer.Row.Problem is { } problem)
                Add(failures, problem.Code, answer.Row.Line, problem.Message);
            else if (model.ProblemType == ProblemType.Regression)
                sum = (sum ?? 0) + answer.Ranked![0].Score;
            foreach (var label in answer.Given(model, progress.Options.Threshold))
                labels[label.Label!]++;
        }

        return progress with
        {
            Blocks = progress.Blocks + 1,
            Rows = progress.Rows + block.Count,
            Failures = failures,
            Labels = labels,
            ValueSum = sum,
            Seconds = Math.Round(progress.Seconds + seconds, 3),
        };
    }

    /// <summary>What the result is.</summary>
    public static ScoringSummary Summary(ScoringProgress progress, string result, ModelManifest model, DateTimeOffset now)
    {
        var failed = progress.Failures.Sum(f => f.Count);
        var classified = progress.Rows - failed;
        return new ScoringSummary(
            progress.File, progress.ETag, result, model.ModelName, model.Version, progress.Rows, classified, failed,
            [.. progress.Failures.OrderByDescending(f => f.Count)],
            model.ProblemType == ProblemType.Regression ? null : progress.Labels,
            progress.ValueSum / classified,
            progress.StartedAt, now, progress.Seconds);
    }

    private static void Add(List<RowFailures> failures, string code, long line, string message)
    {
        var at = failures.FindIndex(f => f.Code == code);
        if (at < 0)
            failures.Add(new RowFailures(code, 1, line, message));
        else
            failures[at] = failures[at] with { Count = failures[at].Count + 1 };
    }
}
