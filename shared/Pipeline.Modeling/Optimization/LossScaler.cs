using Pipeline.Modeling.Native;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Optimization;

/// <summary>
/// Dynamic loss scaling (Micikevicius et al. 2018, §3.2) in the arithmetic of <c>torch.amp.GradScaler</c>: the loss is multiplied
/// by a factor, so that small gradients do not vanish in fp16. The factor is halved where a gradient overflows, and doubled
/// after 2,000 steps without. It stays on the device and is never waited for.
/// </summary>
public sealed class LossScaler : IDisposable
{
    private const double Growth = 2, Backoff = 0.5, Start = 65_536;

    private readonly int _interval;

    /// <param name="device">Where the losses are.</param>
    /// <param name="growthInterval">Steps without overflow before the factor is doubled. Default 2,000.</param>
    public LossScaler(Device device, int growthInterval = 2_000)
    {
        _interval = growthInterval;
        Factor = full([], Number.Of(Start), float32, device).DetachFromDisposeScope();
        Clean = zeros([], float32, device).DetachFromDisposeScope();
    }

    /// <summary>What losses are multiplied by, a scalar.</summary>
    public Tensor Factor { get; }

    /// <summary>Steps since the factor was last changed, a scalar.</summary>
    public Tensor Clean { get; }

    /// <summary>Takes in a step.</summary>
    /// <param name="isFinite">1 where all gradients were finite, else 0; a scalar.</param>
    public void Update(Tensor isFinite)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        Clean.add_(isFinite).mul_(isFinite);
        var grows = Clean.ge(Number.Of((long)_interval)).to_type(float32);
        // Halved, or doubled, or left as it is; never beyond fp32.
        var kept = isFinite * Number.Of(1 - Backoff) + Number.Of(Backoff);
        Factor.mul_(kept * (grows * Number.Of(Growth - 1) + Number.Of(1.0))).clamp_(max: Number.Of(1e38));
        Clean.mul_(grows.neg() + Number.Of(1.0));
    }

    /// <summary>Frees both.</summary>
    public void Dispose()
    {
        Factor.Dispose();
        Clean.Dispose();
    }
}
