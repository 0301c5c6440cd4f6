namespace Pipeline.Core.Tokenization;

/// <summary>Text to token ids and back.</summary>
public interface ITextTokenizer
{
    /// <summary>Number of token ids, special tokens included.</summary>
    int VocabularySize { get; }

    /// <summary>The id batches are padded with; null where the vocabulary has none.</summary>
    int? PadTokenId { get; }

    /// <summary>The ids of a text, without truncation. Adds the special tokens that the model family expects (none for GPT-2).</summary>
    int[] Encode(string text);

    /// <summary>The text of some ids. For byte-level BPE, decoding what was encoded gives the text back exactly.</summary>
    string Decode(ReadOnlySpan<int> ids);
}
