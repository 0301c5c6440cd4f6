using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Lora;

/// <summary>One of the two small matrices of an adapter, a module of its own so that its name is PEFT's: <c>lora_A.weight</c>.</summary>
internal sealed class LoraMatrix : nn.Module
{
    public readonly Parameter weight;

    /// <summary>Zeros, <c>[rows, columns]</c>.</summary>
    public LoraMatrix(long rows, long columns) : base(nameof(LoraMatrix))
    {
        weight = new Parameter(zeros(rows, columns, float32));
        RegisterComponents();
    }
}
