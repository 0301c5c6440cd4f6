using System.Text.Json.Serialization;

namespace Pipeline.Core.Feedback;

/// <summary>How far what a model predicts in use is from what it predicted on its test split.</summary>
[JsonConverter(typeof(SnakeCaseEnum<ShiftLevel>))]
public enum ShiftLevel
{
    /// <summary>No more than chance, or too little to matter.</summary>
    None,

    /// <summary>Worth a look.</summary>
    Moderate,

    /// <summary>Drift: the texts, or how they are written, are others than those the model was tested on.</summary>
    Major,
}

/// <summary>A label's part in a shift.</summary>
/// <param name="Label">The label.</param>
/// <param name="Expected">Its share of the predictions on the test split, 0 to 1.</param>
/// <param name="Observed">Its share of the predictions in use, 0 to 1.</param>
/// <param name="Contribution">What it adds to the index.</param>
public sealed record LabelShare(string Label, double Expected, double Observed, double Contribution);

/// <summary>The population stability index of predicted labels, and whether it can be chance.</summary>
/// <param name="Predictions">Predicted labels in use.</param>
/// <param name="Psi">The index, from 0.</param>
/// <param name="Chance">What chance alone stays below in 999 of 1,000 cases, with so many predictions.</param>
/// <param name="Level">What it means.</param>
/// <param name="Labels">Each label, the one that adds most first.</param>
public sealed record LabelShift(long Predictions, double Psi, double Chance, ShiftLevel Level, IReadOnlyList<LabelShare> Labels)
{
    /// <summary>From here on a shift is worth a look; Siddiqi, "Credit Risk Scorecards", 2006.</summary>
    public const double ModerateFrom = 0.1;

    /// <summary>From here on it is drift; as above.</summary>
    public const double MajorFrom = 0.25;

    // The normal quantile at 0.999.
    private const double Quantile = 3.0902;

    // Laplace's: a label that never came is rare, not impossible.
    private const double Prior = 0.5;

    /// <summary>
    /// Compares counts: PSI = Σ (observed − expected) · ln(observed ÷ expected) over the shares. Under chance alone it is about
    /// χ²(labels − 1) · (1/n + 1/m) for n and m predictions (Yurdakul, "Statistical Properties of Population Stability Index", 2018), so that a
    /// level is only given where the index is above what chance explains.
    /// </summary>
    /// <param name="labels">Names by id.</param>
    /// <param name="expected">Predictions on the test split by label id.</param>
    /// <param name="observed">Predictions in use by label id.</param>
    /// <exception cref="ArgumentException">The counts are not one for each label.</exception>
    public static LabelShift Of(IReadOnlyList<string> labels, IReadOnlyList<long> expected, IReadOnlyList<long> observed)
    {
        if (labels.Count != expected.Count || labels.Count != observed.Count)
            throw new ArgumentException($"There are {labels.Count} labels, {expected.Count} expected and {observed.Count} observed counts.", nameof(observed));
        var (e, o) = (Shares(expected), Shares(observed));
        var shares = labels.Select((label, id) => new LabelShare(label, e[id], o[id], (o[id] - e[id]) * Math.Log(o[id] / e[id]))).ToArray();
        var psi = shares.Sum(s => s.Contribution);
        var (n, m) = (observed.Sum(), expected.Sum());
        var chance = n == 0 || m == 0 ? double.PositiveInfinity : ChiSquare(Math.Max(1, labels.Count - 1)) * (1.0 / n + 1.0 / m);
        var level = psi <= chance ? ShiftLevel.None : psi >= MajorFrom ? ShiftLevel.Major : psi >= ModerateFrom ? ShiftLevel.Moderate : ShiftLevel.None;
        return new LabelShift(n, Math.Round(psi, 6), double.IsFinite(chance) ? Math.Round(chance, 6) : double.MaxValue, level, [.. shares
            .OrderByDescending(s => s.Contribution)
            .Select(s => new LabelShare(s.Label, Math.Round(s.Expected, 6), Math.Round(s.Observed, 6), Math.Round(s.Contribution, 6)))]);
    }

    private static double[] Shares(IReadOnlyList<long> counts)
    {
        var total = counts.Sum() + Prior * counts.Count;
        return [.. counts.Select(c => (c + Prior) / total)];
    }

    // The 0.999 quantile of χ², by Wilson and Hilferty (1931): within 3 % for one degree of freedom, closer for more.
    private static double ChiSquare(int degrees)
    {
        var spread = 2.0 / (9 * degrees);
        return degrees * Math.Pow(1 - spread + Quantile * Math.Sqrt(spread), 3);
    }
}
