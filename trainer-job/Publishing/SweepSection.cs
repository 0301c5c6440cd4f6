using System.Globalization;
using System.Text;
using Pipeline.Core.Sweeps;

namespace Pipeline.Trainer.Publishing;

/// <summary>The model card's table of a sweep: what was tried, how far each trial came and what it reached.</summary>
internal static class SweepSection
{
    public static string Write(SweepProgress sweep)
    {
        var columns = Columns(sweep);
        var isNumber = sweep.Trials.Any(t => t.Result?.Validation.R2 is not null);
        var text = new StringBuilder();
        Line("## What was tried");
        Line();
        Line($"It is trial {sweep.Winner} of {sweep.Trials.Count}, the best on the validation split. Trials that others were ahead of were stopped early, so that figures of different rungs do not compare.");
        Line();
        Line($"| trial | {string.Concat(columns.Select(c => $"{c.Name} | "))}rung | epochs | {(isNumber ? "validation R²" : "validation macro F1")} | validation loss | |");
        Line($"|{string.Concat(Enumerable.Repeat(" --- |", columns.Count + 6))}");
        foreach (var trial in sweep.Trials)
        {
            var values = string.Concat(columns.Select(c => $"{c.Of(trial.Options)} | "));
            var end = trial.Trial == sweep.Winner ? "published" : trial.Failure?.Code ?? trial.State.ToString().ToLowerInvariant();
            Line($"| {trial.Trial} | {values}{trial.Rung + 1} of {sweep.Rungs} | {trial.Result?.Epochs} | {Figure(isNumber ? trial.Result?.Validation.R2 : trial.Result?.Validation.MacroF1)} | {Figure(trial.Result?.Loss)} | {end} |");
        }

        return text.ToString();

        void Line(string line = "") => text.Append(line).Append('\n');
    }

    private static List<(string Name, Func<TrialValues, string?> Of)> Columns(SweepProgress sweep)
    {
        (string Name, Func<TrialValues, string?> Of)[] all =
        [
            ("base model", v => v.BaseModel),
            ("learning rate", v => Value(v.LearningRate)),
            ("batch size", v => Value(v.PerDeviceTrainBatchSize)),
            ("weight decay", v => Value(v.WeightDecay)),
            ("epochs planned", v => Value(v.NumTrainEpochs)),
            ("dropout", v => Value(v.Dropout)),
        ];
        return [.. all.Where(column => sweep.Trials.Any(t => column.Of(t.Options) is not null))];
    }

    private static string? Value(double? value) => value?.ToString("G3", CultureInfo.InvariantCulture);

    private static string Figure(double? value) => value?.ToString("F4", CultureInfo.InvariantCulture) ?? "";
}
