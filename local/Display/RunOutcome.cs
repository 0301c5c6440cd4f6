using Pipeline.Core.Costs;
using Pipeline.Core.Runs;
using Spectre.Console;

namespace Pipeline.Local.Display;

/// <summary>Says how a run ended.</summary>
internal static class RunOutcome
{
    /// <summary>Shows the figures of a succeeded run, or why there are none.</summary>
    public static void Show(Screen screen, RunRecord run)
    {
        if (run.Result is { } result)
        {
            screen.Line();
            screen.Console.Write(ResultTable.Draw(result, run.Ingest?.Splits.GetValueOrDefault("test")?.Rows ?? 0));
            if (result.Recommendation is { } recommendation)
                screen.Line(recommendation.Reason);
            if (run.Sweep is { Winner: { } winner } sweep)
                screen.Line($"It is trial {winner} of {sweep.Trials.Count}, the best on the validation split.");
            if ((run.TotalUsage ?? run.Usage) is { } usage)
                screen.Line(EstimateText.Sentence(usage));
            screen.Line($"Version {result.Version} of the model {run.ModelName}{(result.BecameProduction ? "" : ", not in production")}.");
            if (!result.BecameProduction && result.Promotion is { } promotion)
                screen.Warning($"{promotion.Reason} To use it all the same: POST /api/models/{run.ModelName}/promote {{\"version\": \"{result.Version}\"}}");
        }
        else if (run.State == RunState.Validated)
        {
            screen.Line();
            screen.Console.MarkupLineInterpolated($"[green]The dataset can be trained on.[/] Nothing was trained, because its options say \"mode\": \"validate\".");
            screen.Line($"To train: take that option out, and upload {run.Dataset.Blob} again.");
        }
        else if (run.Failure is { } failure)
        {
            screen.Error($"The run {run.RunId} ended in state {run.State.Name()}: {failure.Message}", failure.Fix);
        }
    }
}
