using System.Globalization;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;

namespace Pipeline.Trainer.Publishing;

/// <summary>Whether a new version takes the place of the one in production.</summary>
internal static class PromotionRule
{
    /// <summary>What can be said without comparing.</summary>
    /// <param name="run">The run; may hold an earlier decision.</param>
    /// <param name="production">What is in production.</param>
    /// <returns>The decision; null where the two must be compared.</returns>
    public static PromotionDecision? WithoutComparison(RunRecord run, ProductionPointer? production)
    {
        if (production is null)
        {
            return run.Options.Promote == PromotionMode.Never
                ? Decide(false, "The options say \"promote\": \"never\": a person decides.")
                : Decide(true, "It is the first version in production.");
        }

        // The pointer was moved by an earlier attempt, for its reason, or by a person.
        if (production.Version == run.Version)
            return run.Promotion is { Promote: true } taken ? taken : Decide(true, "It is in production already.");
        // A person who moved the pointer after this version had been decided on knew of it, or has seen it answer.
        if (run.Promotion is { } earlier && !earlier.IsAbout(production) && production.Choice is not null)
            return Decide(false, $"A person has chosen version {production.Version} meanwhile.");
        if (string.CompareOrdinal(production.Version, run.Version) > 0)
            return Decide(false, $"The newer version {production.Version} is in production.");
        return run.Options.Promote switch
        {
            PromotionMode.Never => Decide(false, "The options say \"promote\": \"never\": a person decides."),
            PromotionMode.Always => Decide(true, $"The options say \"promote\": \"always\": it was not compared with version {production.Version}."),
            _ => null,
        };

        PromotionDecision Decide(bool promote, string reason) => About(production, promote, reason);
    }

    /// <summary>The decision where the version in production cannot be scored: it must not stand in the way.</summary>
    public static PromotionDecision NotComparable(ProductionPointer production, string why) =>
        About(production, promote: true, $"Version {production.Version} could not be compared with it, and gives way: {why}");

    /// <summary>The decision by figures on the same rows.</summary>
    /// <param name="run">The run.</param>
    /// <param name="production">What is in production.</param>
    /// <param name="candidate">The new version's figure, higher is better.</param>
    /// <param name="current">The same of the version in production.</param>
    public static PromotionDecision Compare(RunRecord run, ProductionPointer production, Headline candidate, ProductionScore current)
    {
        var tolerance = run.Options.PromotionTolerance;
        // A difference that is the tolerance itself is within it, whatever the last bit of the subtraction says.
        var promote = current.Value - candidate.Value <= tolerance + 1e-9;
        var figures = string.Create(CultureInfo.InvariantCulture, $"{candidate.Name} {candidate.Value:F4} against {current.Value:F4} of version {production.Version} on the same {current.Rows:N0} test rows");
        var verdict = promote
            ? $"It is not worse by more than {Figure(tolerance)}: {figures}."
            : $"It is worse by more than {Figure(tolerance)}: {figures}.";
        return About(production, promote, current.Doubt is { } doubt ? $"{verdict} {doubt}" : verdict) with
        {
            Metric = candidate.Key,
            Candidate = candidate.Value,
            Current = current.Value,
            Tolerance = tolerance,
        };
    }

    private static string Figure(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static PromotionDecision About(ProductionPointer? production, bool promote, string reason) =>
        new() { Promote = promote, Reason = reason, Against = production?.Version, AgainstSince = production?.SwitchedAt };
}
