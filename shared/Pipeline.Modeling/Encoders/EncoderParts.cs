using Pipeline.Modeling.Layers;
using Linear = Pipeline.Modeling.Layers.Linear;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Encoders;

/// <summary>The modules of an encoder's block, wherever its family has them in the tree of names.</summary>
internal sealed record EncoderParts(
    Linear Query,
    Linear Key,
    Linear Value,
    Linear AttentionOutput,
    LayerNorm AttentionNorm,
    Linear Inner,
    Linear Outer,
    LayerNorm OutputNorm,
    AttentionHeads Heads,
    Func<Tensor, Tensor> Activation,
    double AttentionDropout,
    double OutputDropout);
