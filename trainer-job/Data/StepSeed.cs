namespace Pipeline.Trainer.Data;

/// <summary>
/// Seeds for each use and each step of a run, all derived from the run's seed. Because a step's randomness depends on
/// its number alone, a resumed run continues exactly where the killed one was, with no random state to store.
/// </summary>
internal static class StepSeed
{
    public enum Stream
    {
        Weights,
        Order,
        Text,
        Dropout,
        Parts,
    }

    /// <summary>SplitMix64's finaliser over the three numbers; never negative.</summary>
    public static int Of(int seed, Stream stream, int step)
    {
        var z = (((ulong)(uint)seed << 32) | (uint)step) + ((ulong)stream + 1) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)((z ^ (z >> 31)) & int.MaxValue);
    }
}
