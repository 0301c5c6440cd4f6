namespace Pipeline.Functions.Serving.Explaining;

/// <summary>A word of an input, or several in a row that are looked at as one.</summary>
/// <param name="Start">Its first character, counted in UTF-16 code units as C# and JavaScript do.</param>
/// <param name="End">Behind its last.</param>
/// <param name="IsPair">Whether it stands in the second text of a pair.</param>
internal sealed record WordSpan(int Start, int End, bool IsPair)
{
    /// <summary>The input without it. The space behind it goes too where another stands before it.</summary>
    public TextInput LeftOut(TextInput input) => IsPair ? input with { TextPair = Without(input.TextPair!) } : input with { Text = Without(input.Text) };

    /// <summary>What stands there.</summary>
    public string Word(TextInput input) => (IsPair ? input.TextPair! : input.Text)[Start..End];

    private string Without(string text)
    {
        var isBetweenSpaces = (Start == 0 || char.IsWhiteSpace(text[Start - 1])) && End < text.Length && char.IsWhiteSpace(text[End]);
        return string.Concat(text.AsSpan(0, Start), text.AsSpan(isBetweenSpaces ? End + 1 : End));
    }
}
