using Pipeline.Modeling.Layers;
using Pipeline.Modeling.Native;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Lora;

/// <summary>
/// What LoRA adds to a projection: <c>scaling × B A dropout(x)</c>, with matrices of low rank (Hu et al. 2021, §4.1).
/// Kept and computed in fp32, whatever the projection's type is, as PEFT does.
/// </summary>
internal sealed class LoraAdapter : IDisposable
{
    public const string FirstName = "lora_A";
    public const string SecondName = "lora_B";

    private readonly double _dropout;

    public LoraAdapter(long inputWidth, long outputWidth, LoraConfig config)
    {
        (A, B) = (new LoraMatrix(config.R, inputWidth), new LoraMatrix(outputWidth, config.R));
        (Scaling, _dropout) = (config.Scaling, config.LoraDropout);
    }

    /// <summary><c>[r, in]</c></summary>
    public LoraMatrix A { get; }

    /// <summary><c>[out, r]</c></summary>
    public LoraMatrix B { get; }

    /// <summary>α / r, or α / √r.</summary>
    public double Scaling { get; }

    /// <summary>
    /// Kaiming-uniform with a = √5 for A, that is ±1 / √in; B stays zero, so that training begins with the base model's own numbers.
    /// </summary>
    public void Initialize(Generator generator)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        double bound = 1 / Math.Sqrt(A.weight.shape[1]);
        A.weight.uniform_(-bound, bound, generator);
    }

    /// <summary><c>[…, in]</c> to <c>[…, count]</c>: some of the outputs.</summary>
    public Tensor Forward(Tensor x, long start, long count, bool training)
    {
        using var scope = NewDisposeScope();
        x = x.to_type(A.weight.dtype);
        if (training && _dropout > 0) x = Dropout.Of(x, _dropout);
        var second = count == B.weight.shape[0] ? B.weight : B.weight.narrow(0, start, count);
        return (x.matmul(A.weight.t()).matmul(second.t()) * Number.Of(Scaling)).MoveToOuterDisposeScope();
    }

    /// <summary>What the adapter is to the projection's matrix, <c>[out, in]</c>.</summary>
    public Tensor Delta()
    {
        using var scope = NewDisposeScope();
        return (B.weight.mm(A.weight) * Scaling).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }
}
