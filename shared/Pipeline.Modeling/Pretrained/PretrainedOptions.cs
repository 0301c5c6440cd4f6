using static TorchSharp.torch;

namespace Pipeline.Modeling.Pretrained;

/// <summary>What to change while a checkpoint is loaded.</summary>
public sealed record PretrainedOptions
{
    /// <summary>
    /// The dataset's labels, in the order of the logits. Where their number differs from the checkpoint's, or it has no
    /// classification head, the head is new. Default: the checkpoint's own.
    /// </summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Rows of the token embedding; new rows are the mean of the old ones. Default: as in the checkpoint.</summary>
    public int? VocabularySize { get; init; }

    /// <summary>
    /// Longest input in tokens: the table of positions is cut, or continued by repeating it from its beginning. Default: the checkpoint's.
    /// </summary>
    public int? MaxPositions { get; init; }

    /// <summary>The token that fills a batch. Default: the checkpoint's.</summary>
    public int? PadTokenId { get; init; }

    /// <summary>Dropout of all kinds, 0 to 1. Default: the checkpoint's.</summary>
    public double? Dropout { get; init; }

    /// <summary><c>single_label_classification</c>, <c>multi_label_classification</c> or <c>regression</c>, for <c>config.json</c>. Default: the checkpoint's.</summary>
    public string? ProblemType { get; init; }

    /// <summary>
    /// Type of the weights; what the checkpoint has in another is converted. <c>AdamW</c> trains fp32 only. Default fp32.
    /// </summary>
    public ScalarType Dtype { get; init; } = ScalarType.Float32;

    /// <summary>Seed of a new classification head. Default 0.</summary>
    public long Seed { get; init; }
}
