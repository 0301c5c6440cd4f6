using Pipeline.Core.Baselines;
using Pipeline.Core.Tokenization;

namespace Pipeline.Trainer.Data;

/// <summary>All that a run is trained and measured on.</summary>
internal sealed record TrainingData(
    EncodedSplit Train,
    EncodedSplit Validation,
    EncodedSplit Test,
    IReadOnlyList<string> Labels,
    ITextTokenizer Tokenizer,
    int EndOfTextTokenId)
{
    /// <summary>Fills batches. GPT-2 itself has no token for it; there, as is usual, the one that ends a text serves.</summary>
    public int PadTokenId => Tokenizer.PadTokenId ?? EndOfTextTokenId;

    /// <summary>Texts are not stored: they are decoded from the tokens when a baseline wants words.</summary>
    public IReadOnlyList<LabelledText> Texts(EncodedSplit split) =>
        [.. split.InputIds.Zip(split.Labels, (ids, label) => new LabelledText(Tokenizer.Decode(ids), label))];
}
