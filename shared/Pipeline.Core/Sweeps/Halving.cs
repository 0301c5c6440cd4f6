namespace Pipeline.Core.Sweeps;

/// <summary>
/// Synchronous successive halving (Jamieson and Talwalkar 2016): all trials are trained a little, the better ones further, and so
/// on. A rung is one such round.
/// </summary>
/// <param name="Trials">Trials of the first rung, 1 or more.</param>
/// <param name="ReductionFactor">One in so many goes on, with so many times the epochs; 1: there is one rung.</param>
/// <param name="MinEpochs">Epochs of a rung, at least.</param>
public sealed record Halving(int Trials, int ReductionFactor, int MinEpochs)
{
    /// <summary>Number of rungs, 1 or more: as many as leave at least one trial in the last.</summary>
    public int Rungs
    {
        get
        {
            var rungs = 1;
            for (var left = Trials; ReductionFactor > 1 && left >= ReductionFactor; left /= ReductionFactor)
                rungs++;
            return rungs;
        }
    }

    /// <summary>The rungs of a sweep with so many trials.</summary>
    public static Halving Of(SweepOptions sweep, int trials) => new(trials, sweep.ReductionFactor, sweep.MinEpochs);

    /// <summary>Trials of a rung, from 0, if none fails.</summary>
    public int Size(int rung) => Trials / Power(rung);

    /// <summary>Epochs that a trial has been trained at the end of a rung; in the last rung, all.</summary>
    /// <param name="rung">From 0.</param>
    /// <param name="total">Epochs of the trial's whole schedule, which need not be those of another.</param>
    public int Epochs(int rung, int total)
    {
        var share = Power(Rungs - 1 - rung);
        return Math.Clamp((int)Math.Ceiling((double)total / share), Math.Min(MinEpochs, total), total);
    }

    private int Power(int exponent) => (int)Math.Pow(ReductionFactor, exponent);
}
