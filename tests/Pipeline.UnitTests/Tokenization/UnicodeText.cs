using System.Text;
using CsCheck;

namespace Pipeline.UnitTests.Tokenization;

/// <summary>Text of any script, with white space, special tokens and letters beyond U+FFFF thrown in.</summary>
internal static class UnicodeText
{
    private static readonly Gen<string> Piece = CsCheck.Gen.Frequency(
        (6, CsCheck.Gen.Char[' ', '~'].Select(c => c.ToString())),
        (3, CsCheck.Gen.Int[0x80, 0x2FFF].Select(Scalar)),
        (2, CsCheck.Gen.Int[0x10000, 0x10FFFF].Select(Scalar)),
        (2, CsCheck.Gen.OneOf(" ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u3000", "\0")),
        (1, CsCheck.Gen.OneOf("<|endoftext|>", "<|pad|>", "<|pad", "'s", "'ll", "é", "e\u0301", "👩‍👩‍👧")));

    public static Gen<string> Gen { get; } = Piece.List[0, 40].Select(string.Concat);

    private static string Scalar(int value) => new Rune(value).ToString();
}
