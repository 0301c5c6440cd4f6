using Pipeline.Modeling.Native;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Layers;

/// <summary>
/// <c>x W + b</c> with its gradients on the CPU, all three products by oneDNN: in fp32 twice as fast as by MKL on processors
/// that are not Intel's, in bf16 twice as fast again where <see cref="TorchRuntime.HasFastBFloat16"/>. What comes in and goes
/// out, and what is kept for the gradients, is fp32.
/// </summary>
/// <remarks>
/// An operation of its own, because the setting that chooses oneDNN is the process's: left on, it also sends the many small
/// products inside attention to oneDNN, whose cost of a call makes them six times slower.
/// </remarks>
internal sealed class CpuLinear : autograd.SingleTensorFunction<CpuLinear>
{
    private const string TypeName = "type";
    private const string NeedsName = "needs";

    public override string Name => nameof(CpuLinear);

    /// <summary>Whether the product can be computed here.</summary>
    public static bool Takes(Tensor x, Tensor matrix, ScalarType? type) =>
        x.device_type == TorchSharp.DeviceType.CPU && x.dtype == ScalarType.Float32 && matrix.dtype == ScalarType.Float32
        && (type == ScalarType.BFloat16 || (TorchRuntime.OneDnnFloat32 && type is null or ScalarType.Float32));

    /// <summary><c>[rows, in]</c> and <c>[in, out]</c> to <c>[rows, out]</c>.</summary>
    /// <param name="x">fp32.</param>
    /// <param name="matrix">fp32.</param>
    /// <param name="bias"><c>[out]</c>; null: none.</param>
    /// <param name="type">Type of the products: fp32 or bf16.</param>
    public static Tensor Of(Tensor x, Tensor matrix, Tensor? bias, ScalarType type)
    {
        bool tracked = is_grad_enabled() && (x.requires_grad || matrix.requires_grad || bias?.requires_grad == true);
        if (!tracked) return Product(x, matrix, bias, type);
        return bias is null ? apply(x, matrix, type) : apply(x, matrix, type, bias);
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] inputs)
    {
        var (x, matrix, type) = ((Tensor)inputs[0], (Tensor)inputs[1], (ScalarType)inputs[2]);
        var bias = inputs.Length > 3 ? (Tensor)inputs[3] : null;
        ctx.save_for_backward([x, matrix]);
        ctx.save_data(TypeName, type);
        ctx.save_data(NeedsName, (x.requires_grad, matrix.requires_grad, bias is null ? (bool?)null : bias.requires_grad));
        return Product(x, matrix, bias, type);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var type = (ScalarType)ctx.get_data(TypeName);
        var (needX, needMatrix, needBias) = ((bool, bool, bool?))ctx.get_data(NeedsName);
        using var scope = NewDisposeScope();
        using var oneDnn = Float32Backend.UseOneDnn(type == ScalarType.Float32);
        var saved = ctx.get_saved_variables();
        var gradient = grad_output.to_type(type);
        List<Tensor> gradients =
        [
            needX ? Result(gradient.mm(saved[1].to_type(type).t())) : null!,
            needMatrix ? Result(saved[0].to_type(type).t().mm(gradient)) : null!,
            null!, // of the type
        ];
        // Summed in fp32: a sum of many rows in bf16 would lose what is small.
        if (needBias is { } need) gradients.Add(need ? Result(grad_output.sum(dim: 0L)) : null!);
        return gradients;

        static Tensor Result(Tensor tensor) => tensor.to_type(float32).MoveToOuterDisposeScope();
    }

    private static Tensor Product(Tensor x, Tensor matrix, Tensor? bias, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var oneDnn = Float32Backend.UseOneDnn(type == ScalarType.Float32);
        var (rows, columns) = (x.to_type(type), matrix.to_type(type));
        var product = bias is null ? rows.mm(columns) : addmm(bias.to_type(type), rows, columns, 1, 1);
        return product.to_type(float32).MoveToOuterDisposeScope();
    }
}
