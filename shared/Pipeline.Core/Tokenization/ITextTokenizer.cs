namespace Pipeline.Core.Tokenization;

/// <summary>Text to token ids and back.</summary>
public interface ITextTokenizer
{
    /// <summary>Number of token ids, special tokens included.</summary>
    int VocabularySize { get; }

    /// <summary>The id batches are padded with; null where the vocabulary has none.</summary>
    int? PadTokenId { get; }

    /// <summary>Where the model family puts special tokens around a text or a pair of texts.</summary>
    SpecialTokenTemplate Template { get; }

    /// <summary>The ids of the whole text, without special tokens around it: <see cref="Template"/> cuts and adds them.</summary>
    int[] Encode(string text);

    /// <summary>The text of some ids. For byte-level BPE, decoding what was encoded gives the text back exactly.</summary>
    string Decode(ReadOnlySpan<int> ids);
}
