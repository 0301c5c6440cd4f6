using Linear = Pipeline.Modeling.Layers.Linear;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Bert;

// Modules that only give BERT's tensors their names; BertLayer computes with what they hold.

/// <summary><c>attention.self</c></summary>
internal sealed class BertSelfAttention : nn.Module
{
    public readonly Linear query;
    public readonly Linear key;
    public readonly Linear value;

    public BertSelfAttention(long width) : base(nameof(BertSelfAttention))
    {
        (query, key, value) = (new Linear(width, width), new Linear(width, width), new Linear(width, width));
        RegisterComponents();
    }
}

/// <summary><c>attention.output</c> and <c>output</c></summary>
internal sealed class BertOutput : nn.Module
{
    public readonly Linear dense;
    public readonly LayerNorm LayerNorm;

    public BertOutput(long inputWidth, long width, double epsilon) : base(nameof(BertOutput))
    {
        (dense, LayerNorm) = (new Linear(inputWidth, width), nn.LayerNorm(width, epsilon));
        RegisterComponents();
    }
}

/// <summary><c>attention</c></summary>
internal sealed class BertAttention : nn.Module
{
    public readonly BertSelfAttention self;
    public readonly BertOutput output;

    public BertAttention(long width, double epsilon) : base(nameof(BertAttention))
    {
        (self, output) = (new BertSelfAttention(width), new BertOutput(width, width, epsilon));
        RegisterComponents();
    }
}

/// <summary><c>intermediate</c>, <c>pooler</c></summary>
internal sealed class BertDense : nn.Module
{
    public readonly Linear dense;

    public BertDense(long inputWidth, long width) : base(nameof(BertDense))
    {
        dense = new Linear(inputWidth, width);
        RegisterComponents();
    }
}
