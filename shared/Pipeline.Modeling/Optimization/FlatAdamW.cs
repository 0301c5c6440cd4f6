using Pipeline.Modeling.Native;
using Pipeline.Modeling.Safetensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Optimization;

/// <summary>
/// <see cref="AdamW"/> for a GPU: weights, gradients and moments lie in one buffer each, of which parameters and their gradients
/// are views, so that clipping and update take a handful of launches however many parameters there are. Nothing waits for the
/// device: norm, clipping factor, bias corrections and whether the step counts stay there.
/// </summary>
public sealed class FlatAdamW : IOptimizer
{
    private readonly AdamWOptions _options;
    private readonly List<(string Name, Parameter Parameter, long Offset)> _slots = [];
    private readonly Tensor _weights, _gradients, _means, _squares, _steps, _norm;
    private readonly long _decayed; // matrices come first, and only they decay
    private readonly LossScaler _scaler;

    /// <param name="parameters">Named as in the model; those that require a gradient become views of one buffer.</param>
    /// <param name="options">Default: the defaults of <c>torch.optim.AdamW</c>.</param>
    /// <param name="scaler">Belongs to this from now on. Default: one of the usual settings.</param>
    /// <exception cref="NotSupportedException">A parameter is not fp32.</exception>
    public FlatAdamW(IEnumerable<(string name, Parameter parameter)> parameters, AdamWOptions? options = null, LossScaler? scaler = null)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        _options = options ?? new AdamWOptions();
        LearningRate = _options.LearningRate;
        var trained = parameters.Where(p => p.parameter.requires_grad).OrderByDescending(p => p.parameter.dim() > 1).ToList();
        if (trained.FirstOrDefault(p => p.parameter.dtype != float32) is { name: { } name, parameter: { } other })
            throw new NotSupportedException($"AdamW keeps its state in fp32; the parameter '{name}' is {other.dtype}.");
        var device = trained.Count == 0 ? CPU : trained[0].parameter.device;
        long total = trained.Sum(p => p.parameter.numel()), offset = 0;
        Tensor Buffer() => zeros([total], float32, device).DetachFromDisposeScope();
        (_weights, _gradients, _means, _squares) = (Buffer(), Buffer(), Buffer(), Buffer());
        (_steps, _norm) = (zeros([], float64, device).DetachFromDisposeScope(), zeros([], float64, device).DetachFromDisposeScope());
        _scaler = scaler ?? new LossScaler(device);
        foreach (var (parameterName, parameter) in trained)
        {
            _slots.Add((parameterName, parameter, offset));
            var place = View(_weights, parameter, offset);
            place.copy_(parameter);
            parameter.set_(place);
            offset += parameter.numel();
            if (parameter.dim() > 1) _decayed = offset;
        }
        AttachGradients();
    }

    /// <inheritdoc/>
    public double LearningRate { get; set; }

    /// <summary>Whether losses are scaled; to be set before the first step.</summary>
    public bool ScalesLoss { get; set; }

    /// <inheritdoc/>
    public Tensor Scale(Tensor loss) => ScalesLoss ? loss * _scaler.Factor : loss.alias();

    /// <inheritdoc/>
    public Func<double> Update(double maxGradientNorm)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var norm = _gradients.norm();
        if (ScalesLoss) norm = norm / _scaler.Factor;
        _norm.copy_(norm);
        var isFinite = norm.isfinite().to_type(float32);
        var clip = ((norm + Number.Of(1e-6)).reciprocal() * Number.Of(maxGradientNorm)).clamp(max: Number.Of(1.0));
        if (ScalesLoss) clip = clip / _scaler.Factor;
        // A step that does not count has gradients of zero, since infinity times zero is no number, and all that follows is multiplied by zero.
        _gradients.mul_(clip).nan_to_num_(0, 0, 0);
        Apply(isFinite);
        _gradients.zero_();
        if (ScalesLoss) _scaler.Update(isFinite);
        return () => _norm.item<double>();
    }

    /// <inheritdoc/>
    public void ZeroGradients()
    {
        using var grad = no_grad();
        _gradients.zero_();
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State()
    {
        var state = new Dictionary<string, Tensor> { ["step"] = _steps.to_type(int64), ["scaler.scale"] = _scaler.Factor, ["scaler.growth_tracker"] = _scaler.Clean };
        foreach (var (name, parameter, offset) in _slots)
        {
            state.Add("exp_avg." + name, View(_means, parameter, offset));
            state.Add("exp_avg_sq." + name, View(_squares, parameter, offset));
        }
        return state;
    }

    /// <inheritdoc/>
    public void LoadState(ITensorSource state)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, parameter, offset) in _slots)
        {
            state.CopyTo("exp_avg." + name, View(_means, parameter, offset));
            state.CopyTo("exp_avg_sq." + name, View(_squares, parameter, offset));
        }
        _steps.copy_(state.Read("step"));
        if (!state.Tensors.ContainsKey("scaler.scale")) return; // begun on a CPU
        state.CopyTo("scaler.scale", _scaler.Factor);
        state.CopyTo("scaler.growth_tracker", _scaler.Clean);
    }

    /// <summary>Frees the buffers; the parameters keep theirs.</summary>
    public void Dispose()
    {
        foreach (var tensor in new[] { _weights, _gradients, _means, _squares, _steps, _norm }) tensor.Dispose();
        _scaler.Dispose();
    }

    // Everything that changes is multiplied by counts, 0 or 1. Bias corrections are of double precision: 1 - 0.999 is not much in fp32.
    private void Apply(Tensor counts)
    {
        _steps.add_(counts);
        var steps = _steps.clamp(min: Number.Of(1.0));
        // The rate is another in each step, so it is not kept for good but as long as it is read.
        using var rate = LearningRate.ToScalar();
        using var decay = (LearningRate * _options.WeightDecay).ToScalar();
        Tensor Correction(double beta) => (steps * Number.Of(Math.Log(beta))).exp().neg() + Number.Of(1.0);
        _means.lerp_(_gradients, counts * Number.Of(1 - _options.Beta1));
        _squares.lerp_(_gradients.square(), counts * Number.Of(1 - _options.Beta2));
        var stepSize = (counts.to_type(float64) * rate / Correction(_options.Beta1)).to_type(float32);
        var root = Correction(_options.Beta2).sqrt().to_type(float32);
        if (_options.WeightDecay != 0 && _decayed > 0) _weights.narrow(0, 0, _decayed).mul_((counts * decay).neg() + Number.Of(1.0));
        _weights.sub_(_means / (_squares.sqrt() / root + Number.Of(_options.Epsilon)) * stepSize);
    }

    private void AttachGradients()
    {
        foreach (var (_, parameter, offset) in _slots) parameter.grad = View(_gradients, parameter, offset);
    }

    private static Tensor View(Tensor buffer, Parameter parameter, long offset) => buffer.narrow(0, offset, parameter.numel()).view(parameter.shape);
}
