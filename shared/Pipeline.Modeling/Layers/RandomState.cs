using static TorchSharp.torch;

namespace Pipeline.Modeling.Layers;

/// <summary>
/// Where dropout's random numbers stand on a device, to be had again. On a CPU that is the generator's state. The state of a CUDA
/// generator is out of reach; there a seed is drawn and set instead, so that the same seed gives the same numbers again.
/// </summary>
internal sealed class RandomState : IDisposable
{
    private readonly Tensor? _state;
    private readonly long _seed;

    private RandomState(Tensor? state, long seed) => (_state, _seed) = (state, seed);

    /// <summary>Notes where the numbers stand.</summary>
    public static RandomState Capture(Device device)
    {
        if (device.type == TorchSharp.DeviceType.CPU)
            return new RandomState(random.get_rng_state().DetachFromDisposeScope(), 0);
        using var drawn = randint(0, int.MaxValue, [1], int64);
        var seed = drawn.item<long>();
        manual_seed(seed);
        return new RandomState(null, seed);
    }

    /// <summary>A random number that decides all others of an operation; follows from where the CPU's numbers stand, and moves them on.</summary>
    public static ulong Seed()
    {
        using var drawn = randint(0, long.MaxValue, [1], int64);
        return (ulong)drawn.item<long>();
    }

    /// <summary>Goes back there.</summary>
    public void Restore()
    {
        if (_state is not null)
            random.set_rng_state(_state);
        else
            manual_seed(_seed);
    }

    public void Dispose() => _state?.Dispose();
}
