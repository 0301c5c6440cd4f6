namespace Pipeline.Modeling.Onnx;

/// <summary>One block of a transformer: attention, then the feed-forward part, each with a norm.</summary>
/// <param name="QueryKeyValue">The joint projection, <c>3 × width</c> columns.</param>
/// <param name="Output">After attention.</param>
/// <param name="AttentionNorm">Name of the norm before attention, or after it where norms come after.</param>
/// <param name="Inner">First matrix of the feed-forward part.</param>
/// <param name="Outer">Its second.</param>
/// <param name="FeedForwardNorm">Name of the norm before the feed-forward part, or after it where norms come after.</param>
/// <param name="Scale">Factor of the attention scores.</param>
/// <param name="Window">Tokens that causal attention reaches back over, the token itself included; null: all.</param>
internal sealed record OnnxBlock(
    OnnxMatrix QueryKeyValue,
    OnnxMatrix Output,
    string AttentionNorm,
    OnnxMatrix Inner,
    OnnxMatrix Outer,
    string FeedForwardNorm,
    double Scale,
    int? Window = null);
