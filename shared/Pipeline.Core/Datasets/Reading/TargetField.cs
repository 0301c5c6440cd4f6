using System.Globalization;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>Reads the number in the label column of a regression: digits with a point for decimals, and an exponent if need be, in any culture the same.</summary>
internal static class TargetField
{
    private const string CommaNumber = "0123456789.,'+- \u00A0\u202F";
    private static readonly string[] NoFinite = ["inf", "+inf", "-inf", "nan"];

    /// <summary>Reads a row's number; what is none is noted, and the row is left out.</summary>
    /// <returns>Null where it is none.</returns>
    public static float? Read(RawRow row, FindingLog findings)
    {
        var text = row.Labels![0];
        if (Problem(text, out var target) is not { } problem)
            return target;
        findings.Add(problem, row.Line, $"'{(text.Length > 60 ? text[..60] + "…" : text)}': {row.Text}", row.File);
        return null;
    }

    /// <summary>What is wrong with a number; null for nothing.</summary>
    /// <param name="text">Without spaces around it.</param>
    /// <param name="target">The number, to the precision of 32 bits.</param>
    public static FindingKind? Problem(string text, out float target)
    {
        // Plus zero, so that -0 and 0 are one number.
        target = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? (float)number + 0f : float.NaN;
        if (float.IsFinite(target))
            return null;
        if (!double.IsNaN(number) && number != 0 || NoFinite.Contains(text, StringComparer.OrdinalIgnoreCase))
            return FindingKind.TargetNotFinite;
        return text.Contains(',') && text.All(c => CommaNumber.Contains(c)) && text.Any(char.IsAsciiDigit)
            ? FindingKind.TargetComma
            : FindingKind.TargetNoNumber;
    }
}
