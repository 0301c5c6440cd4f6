using System.Text;

namespace Pipeline.Core.Datasets.Inputs;

/// <summary>What a row needs to be classified.</summary>
/// <param name="hasPairs">Whether it must be a pair.</param>
/// <param name="text">How a message calls the place of the text, for example <c>column 'text'</c>.</param>
/// <param name="pair">The same of the second text.</param>
internal sealed class InputChecks(bool hasPairs, string text, string? pair)
{
    private const int ExcerptLength = 80;

    /// <summary>A row whose texts were read.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="line">Its line.</param>
    /// <param name="original">The row as it came; marks of bytes that are no text are replaced in it.</param>
    /// <param name="first">The text.</param>
    /// <param name="second">The second text of a pair.</param>
    /// <param name="isMarked">Whether there are marks of bytes that are no text, where <paramref name="original"/> no longer shows it.</param>
    public InputRow Row(long number, long line, byte[] original, string? first, string? second, bool isMarked = false)
    {
        if (MarkedUtf8.Show(original) || isMarked)
            return Bad(number, line, original, FindingKind.BadEncoding.Id, "The row has bytes that are not UTF-8; they are shown as \uFFFD. If the file has another encoding, set encoding in its options.");
        if (string.IsNullOrWhiteSpace(first))
            return Bad(number, line, original, FindingKind.EmptyText.Id, $"There is no text in {text}.");
        if (hasPairs && string.IsNullOrWhiteSpace(second))
            return Bad(number, line, original, "pair-expected", $"There is no text in {pair}, and the model reads pairs of texts.");
        if (first.Length > DatasetReader.LongestText || second?.Length > DatasetReader.LongestText)
            return TooLong(number, line, original);
        return new InputRow(number, line, original, first, hasPairs ? second : null, null);
    }

    /// <summary>A row that is longer than any honest one.</summary>
    public static InputRow TooLong(long number, long line, byte[] original) =>
        Bad(number, line, original, FindingKind.HugeText.Id, $"The text has more than {DatasetReader.LongestText:N0} characters.");

    /// <summary>A row that cannot be classified.</summary>
    public static InputRow Bad(long number, long line, byte[] original, string code, string message) =>
        new(number, line, original, "", null, new RowProblem(code, message));

    /// <summary>The beginning of what stands in a row, on one line.</summary>
    public static string Excerpt(ReadOnlySpan<byte> row)
    {
        byte[] start = [.. row[..Math.Min(row.Length, 4 * ExcerptLength)]];
        MarkedUtf8.Show(start);
        var text = Encoding.UTF8.GetString(start).ReplaceLineEndings(" ");
        return text.Length <= ExcerptLength ? text : text[..ExcerptLength] + "…";
    }
}
