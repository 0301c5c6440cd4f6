using System.Globalization;
using Pipeline.Core.Runs;
using Pipeline.Local.Display;

namespace Pipeline.Local.Demo;

/// <summary>Whether a demo did what it promises; every figure comes from the run's result.</summary>
/// <param name="Passed">True if the model earned its keep.</param>
/// <param name="Reason">Why, in a sentence.</param>
internal sealed record Verdict(bool Passed, string Reason)
{
    /// <summary>How far macro F1 may lie below the linear baseline's. A small model trained from scratch in minutes must come this close.</summary>
    public const double Tolerance = 0.01;

    /// <summary>How far macro F1 must lie above the majority class's.</summary>
    public const double MarginOverMajority = 0.2;

    /// <summary>Judges a run.</summary>
    public static Verdict On(RunRecord run)
    {
        if (run is not { State: RunState.Succeeded, Result: { } result })
            return new Verdict(false, $"The run ended in state {run.State.Name()}.");
        if (!result.Baselines.TryGetValue(ResultTable.Majority, out var majority) || !result.Baselines.TryGetValue(ResultTable.Linear, out var linear))
            return new Verdict(false, "The run's result lacks a baseline to compare with.");
        if (result.Test.MacroF1 is not { } f1)
            return new Verdict(false, "The run's result has no macro F1.");
        if (f1 < majority.MacroF1 + MarginOverMajority)
            return new Verdict(false, Say($"Macro F1 {f1:0.000} is not {MarginOverMajority:0.0} above the majority class's {majority.MacroF1:0.000}."));
        return f1 < linear.MacroF1 - Tolerance
            ? new Verdict(false, Say($"Macro F1 {f1:0.000} is more than {Tolerance:0.00} below the linear baseline's {linear.MacroF1:0.000}."))
            : new Verdict(true, Say($"Macro F1 {f1:0.000}: {f1 - majority.MacroF1:0.000} above the majority class, {f1 - linear.MacroF1:+0.000;-0.000} against the linear baseline."));
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
