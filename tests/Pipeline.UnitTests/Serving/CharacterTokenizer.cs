using Pipeline.Core.Tokenization;

namespace Pipeline.UnitTests.Serving;

/// <summary>A token per character: <c>a</c> is 0, <c>b</c> is 1, …; padding is <c>z</c>.</summary>
internal sealed class CharacterTokenizer(SpecialTokenTemplate? template = null) : ITextTokenizer
{
    public int VocabularySize => 26;

    public int? PadTokenId => 25;

    public SpecialTokenTemplate Template { get; } = template ?? SpecialTokenTemplate.Gpt(endOfText: 25);

    public int[] Encode(string text) => [.. text.Select(c => c - 'a')];

    public string Decode(ReadOnlySpan<int> ids) => string.Concat(ids.ToArray().Select(id => (char)('a' + id)));
}
