namespace Pipeline.Functions.Serving.Explaining;

/// <summary>How much a word speaks for a label.</summary>
/// <param name="Start">Its first character in the text, from 0, counted in UTF-16 code units as C# and JavaScript do.</param>
/// <param name="End">Behind its last character.</param>
/// <param name="Word">What stands there: a word, or in a long text several in a row.</param>
/// <param name="Weight">
/// The log-odds of the label (natural logarithm) with the word, less those without it: above 0 it speaks for the label. Of a regression the
/// same difference of the number, in the units of the data.
/// </param>
/// <param name="In">Of a pair of texts the one it stands in, <c>text</c> or <c>text_pair</c>; else null.</param>
internal sealed record WordWeight(int Start, int End, string Word, float Weight, string? In = null);
