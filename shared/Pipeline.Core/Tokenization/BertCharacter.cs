using System.Text;

namespace Pipeline.Core.Tokenization;

/// <summary>What BERT's tokenizer must know of a character.</summary>
[Flags]
internal enum BertTraits : byte
{
    None = 0,

    /// <summary>Parts words.</summary>
    WhiteSpace = 1,

    /// <summary>Taken out by <c>clean_text</c>.</summary>
    Removed = 2,

    /// <summary>A word of its own.</summary>
    Punctuation = 4,

    /// <summary>An accent.</summary>
    Mark = 8,

    /// <summary>Chinese, as <c>handle_chinese_chars</c> means it.</summary>
    Chinese = 16,

    /// <summary>Has a decomposition, or a place in the order of combining characters.</summary>
    Decomposes = 32,
}

/// <summary>The traits of all characters, as Hugging Face's <c>tokenizers</c> sees them.</summary>
internal static class BertCharacter
{
    private static readonly CodePointTable Table = Create();

    public static BertTraits Of(int codePoint) => (BertTraits)Table[codePoint];

    private static CodePointTable Create()
    {
        var flags = new byte[0x110000];
        Mark(UnicodeTables.Punctuation, BertTraits.Punctuation);
        Mark(UnicodeTables.NonspacingMarks, BertTraits.Mark);
        Mark(UnicodeTables.Others, BertTraits.Removed);
        // Google's list in BERT's tokenization.py; that it leaves out 0x2B820 to 0x2B91F is Hugging Face's slip, and part of the ids.
        Mark([0x4E00, 0x9FFF, 0x3400, 0x4DBF, 0x20000, 0x2A6DF, 0x2A700, 0x2B81F, 0x2B920, 0x2CEAF, 0xF900, 0xFAFF, 0x2F800, 0x2FA1F], BertTraits.Chinese);
        // ASCII symbols count as punctuation, though Unicode has $ + < = > ^ ` | ~ otherwise.
        Mark(['!', '/', ':', '@', '[', '`', '{', '~'], BertTraits.Punctuation);
        flags[0] |= (byte)BertTraits.Removed;
        flags[0xFFFD] |= (byte)BertTraits.Removed;
        foreach (var c in (int[])['\t', '\n', '\r'])
            flags[c] &= unchecked((byte)~BertTraits.Removed);
        for (var c = 0; c < 0x3001; c++)
        {
            if (Rune.IsWhiteSpace(new Rune(c)))
                flags[c] |= (byte)BertTraits.WhiteSpace;
        }

        foreach (var c in CanonicalDecomposition.Affected)
            flags[c] |= (byte)BertTraits.Decomposes;
        return new CodePointTable(flags);

        void Mark(ReadOnlySpan<int> ranges, BertTraits trait)
        {
            for (var i = 0; i < ranges.Length; i += 2)
            {
                for (var c = ranges[i]; c <= ranges[i + 1]; c++)
                    flags[c] |= (byte)trait;
            }
        }
    }
}
