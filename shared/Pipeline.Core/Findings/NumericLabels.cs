using System.Globalization;
using Pipeline.Core.Datasets;

namespace Pipeline.Core.Findings;

/// <summary>Labels that look like measurements: a classifier would learn each as a class of its own.</summary>
public static class NumericLabels
{
    /// <summary>So many different numbers with decimals are hardly classes.</summary>
    public const int Many = 20;

    /// <summary>Notes them.</summary>
    /// <param name="findings">Takes the note.</param>
    /// <param name="labels">Every label of a dataset with one label a row.</param>
    public static void Note(FindingLog findings, IReadOnlyList<string> labels)
    {
        if (labels.Count(IsDecimal) < Many || !labels.All(IsNumber))
            return;
        findings.Add(FindingKind.NumericLabels, null, string.Create(
            CultureInfo.InvariantCulture, $"{labels.Count} different numbers, for example {string.Join(", ", labels.Where(IsDecimal).Take(3))}"));
    }

    private static bool IsNumber(string label) =>
        double.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);

    private static bool IsDecimal(string label) => label.Contains('.') && IsNumber(label);
}
