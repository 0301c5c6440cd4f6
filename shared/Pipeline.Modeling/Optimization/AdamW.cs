using Pipeline.Modeling.Safetensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Optimization;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2), in the arithmetic of <c>torch.optim.AdamW</c>.
/// On a CPU each parameter is updated in one pass over memory, where tensor operations take about ten.
/// </summary>
public sealed class AdamW : IOptimizer
{
    private const string MeanPrefix = "exp_avg.";
    private const string SquarePrefix = "exp_avg_sq.";
    private const string StepName = "step";

    private readonly List<Slot> _slots;
    private readonly AdamWOptions _options;

    /// <param name="parameters">Named as in the model; those that require no gradient are left alone.</param>
    /// <param name="options">Default: the defaults of <c>torch.optim.AdamW</c>.</param>
    /// <exception cref="NotSupportedException">A parameter is not fp32.</exception>
    public AdamW(IEnumerable<(string name, Parameter parameter)> parameters, AdamWOptions? options = null)
    {
        _options = options ?? new AdamWOptions();
        LearningRate = _options.LearningRate;
        _slots = [.. parameters.Where(p => p.parameter.requires_grad).Select(p => new Slot(p.name, p.parameter))];
    }

    /// <summary>Step length of the next step; a schedule sets it.</summary>
    public double LearningRate { get; set; }

    /// <summary>Steps taken.</summary>
    public long Steps { get; private set; }

    /// <summary>
    /// Updates every parameter that has a gradient, and forgets the gradients. Where a gradient is infinite or not a number,
    /// nothing is updated: such a step would spoil the weights and the moments for good.
    /// </summary>
    /// <param name="maxGradientNorm">The gradients are scaled down to this global norm first, as <c>clip_grad_norm_</c> does. Default: not.</param>
    /// <returns>The global norm of the gradients before clipping; not finite where the step was left out.</returns>
    public double Step(double maxGradientNorm = double.PositiveInfinity)
    {
        double norm = GradientNorm.Of(_slots.Select(s => s.Parameter));
        if (double.IsFinite(norm)) Apply(GradientNorm.ScaleTo(maxGradientNorm, norm));
        ZeroGradients();
        return norm;
    }

    /// <inheritdoc/>
    public Func<double> Update(double maxGradientNorm)
    {
        double norm = Step(maxGradientNorm);
        return () => norm;
    }

    /// <inheritdoc/>
    public Tensor Scale(Tensor loss) => loss.alias();

    /// <summary>Forgets the gradients without a step.</summary>
    public void ZeroGradients()
    {
        foreach (var slot in _slots)
        {
            using var gradient = slot.Parameter.grad;
            slot.Parameter.grad = null;
        }
    }

    /// <summary>
    /// What a checkpoint needs: <c>step</c>, and <c>exp_avg.{name}</c> and <c>exp_avg_sq.{name}</c> for each parameter.
    /// The moments are the optimizer's own tensors; only <c>step</c> is the caller's to dispose.
    /// </summary>
    public IReadOnlyDictionary<string, Tensor> State()
    {
        var state = new Dictionary<string, Tensor> { [StepName] = tensor(Steps) };
        foreach (var slot in _slots)
        {
            state.Add(MeanPrefix + slot.Name, slot.Mean);
            state.Add(SquarePrefix + slot.Name, slot.Square);
        }
        return state;
    }

    /// <summary>Continues from what <see cref="State"/> gave.</summary>
    /// <exception cref="InvalidDataException">It is the state of another model.</exception>
    public void LoadState(ITensorSource state)
    {
        foreach (var slot in _slots)
        {
            state.CopyTo(MeanPrefix + slot.Name, slot.Mean);
            state.CopyTo(SquarePrefix + slot.Name, slot.Square);
        }
        using var step = state.Read(StepName);
        Steps = step.item<long>();
    }

    /// <summary>Frees the moments.</summary>
    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.Mean.Dispose();
            slot.Square.Dispose();
        }
        _slots.Clear();
    }

    private void Apply(double gradientScale)
    {
        Steps++;
        var constants = new AdamWConstants(_options, LearningRate, Steps, gradientScale);
        using var grad = no_grad();
        foreach (var slot in _slots)
        {
            using var scope = NewDisposeScope();
            if (slot.Parameter.grad is not { } gradient) continue;
            double decay = slot.Parameter.dim() > 1 ? _options.WeightDecay : 0;
            if (slot.Parameter.device.type == TorchSharp.DeviceType.CPU)
                AdamWKernel.Update(slot.Parameter, gradient.contiguous(), slot.Mean, slot.Square, constants, decay);
            else
                AdamWTensorOperations.Update(slot.Parameter, gradient, slot.Mean, slot.Square, constants, decay);
        }
    }

    private sealed class Slot
    {
        public Slot(string name, Parameter parameter)
        {
            if (parameter.dtype != float32) throw new NotSupportedException($"AdamW keeps its state in fp32; the parameter '{name}' is {parameter.dtype}.");
            (Name, Parameter) = (name, parameter);
            Mean = zeros(parameter.shape, float32, parameter.device).DetachFromDisposeScope();
            Square = zeros(parameter.shape, float32, parameter.device).DetachFromDisposeScope();
        }

        public string Name { get; }
        public Parameter Parameter { get; }
        public Tensor Mean { get; }
        public Tensor Square { get; }
    }
}
