using Pipeline.Modeling.Lora;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Layers;

/// <summary>
/// A product with a learned matrix, and a bias. Every matrix of a model's blocks is of this kind, so that what concerns
/// them all (the type they compute in, LoRA, frozen weights of half precision) is said once.
/// </summary>
internal abstract class Projection : nn.Module<Tensor, Tensor>
{
    // Named as in the checkpoint. Public, because Torch's modules find their parameters in the public fields of their base classes.
    /// <summary>The matrix: <c>[in, out]</c> where <see cref="IsTransposed"/>, else <c>[out, in]</c>.</summary>
    public Parameter weight;

    /// <summary><c>[out]</c>; null where there is none.</summary>
    public readonly Parameter? bias;

    /// <summary>A projection whose matrix is not yet set and whose bias is zero.</summary>
    protected Projection(string name, long inputWidth, long outputWidth, bool isTransposed, bool hasBias) : base(name)
    {
        (InputWidth, OutputWidth, IsTransposed) = (inputWidth, outputWidth, isTransposed);
        weight = new Parameter(isTransposed ? empty(inputWidth, outputWidth) : empty(outputWidth, inputWidth));
        bias = hasBias ? new Parameter(zeros(outputWidth)) : null;
        RegisterComponents();
    }

    public long InputWidth { get; }

    public long OutputWidth { get; }

    /// <summary>How the matrix is stored; PEFT's <c>fan_in_fan_out</c>.</summary>
    public bool IsTransposed { get; }

    /// <summary>
    /// The type that the product is computed in, while the weights stay as they are (mixed precision). Default: theirs.
    /// It is returned in this type on a GPU, and in fp32 by <see cref="CpuLinear"/>.
    /// </summary>
    public ScalarType? ComputeType { get; set; }

    /// <summary>What is added to the product; null where there is nothing.</summary>
    public LoraAdapter? Adapter { get; private set; }

    /// <summary><c>[…, in]</c> to <c>[…, out]</c>.</summary>
    public override Tensor forward(Tensor x) => Columns(x, 0, OutputWidth);

    /// <summary>Some of the outputs only: <paramref name="count"/> of them from <paramref name="start"/>.</summary>
    public Tensor Columns(Tensor x, long start, long count)
    {
        using var scope = NewDisposeScope();
        var product = Project(x, start, count);
        if (Adapter is { } adapter) product += adapter.Forward(x, start, count, training).to_type(product.dtype);
        return product.MoveToOuterDisposeScope();
    }

    /// <summary>Adds an adapter, whose matrices are from now on part of the module.</summary>
    public void Attach(LoraAdapter adapter)
    {
        if (Adapter is not null) throw new InvalidOperationException("The projection has an adapter already.");
        register_module(LoraAdapter.FirstName, adapter.A);
        register_module(LoraAdapter.SecondName, adapter.B);
        Adapter = adapter;
    }

    /// <summary>Takes the adapter away again; it is the caller's then.</summary>
    public LoraAdapter Detach()
    {
        var adapter = Adapter ?? throw new InvalidOperationException("The projection has no adapter.");
        register_module(LoraAdapter.FirstName, null!); // null takes a module out
        register_module(LoraAdapter.SecondName, null!);
        Adapter = null;
        return adapter;
    }

    /// <summary>Converts the matrix; without a trace of the old one, which a conversion by Torch's modules keeps for its gradient.</summary>
    public void HoldWeightAs(ScalarType type)
    {
        if (weight.dtype == type) return;
        using var grad = no_grad();
        var (old, needsGradient) = (weight, weight.requires_grad);
        weight = new Parameter(old.detach().to_type(type), needsGradient);
        ConditionallyRegisterParameter(nameof(weight), weight);
        old.Dispose();
    }

    private Tensor Project(Tensor x, long start, long count)
    {
        using var scope = NewDisposeScope();
        Tensor matrix = IsTransposed ? weight : weight.t(); // [in, out]
        Tensor? offset = bias;
        if (count != OutputWidth) (matrix, offset) = (matrix.narrow(1, start, count), bias?.narrow(0, start, count));
        long[] shape = [.. x.shape[..^1], count];
        if (CpuLinear.Takes(x, matrix, ComputeType)) return CpuLinear.Of(x.reshape(-1, InputWidth), matrix, offset, ComputeType ?? float32).view(shape).MoveToOuterDisposeScope();
        if (ComputeType is { } type) (x, matrix, offset) = (x.to_type(type), matrix.to_type(type), offset?.to_type(type));
        var rows = x.reshape(-1, InputWidth);
        var product = offset is null ? rows.mm(matrix) : addmm(offset, rows, matrix, 1, 1);
        return product.view(shape).MoveToOuterDisposeScope();
    }
}
