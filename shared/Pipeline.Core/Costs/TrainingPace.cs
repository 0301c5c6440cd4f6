using System.Globalization;

namespace Pipeline.Core.Costs;

/// <summary>How fast a model is trained on an accelerator.</summary>
/// <param name="SecondsPerFlop">Of an operation that the model asks for.</param>
/// <param name="SecondsPerStep">Of an optimizer step, whatever its size.</param>
/// <param name="OtherSeconds">Of a container: what is not training and not scoring.</param>
/// <param name="Basis">Where it is known from.</param>
/// <param name="Note">The same in a sentence.</param>
public sealed record TrainingPace(CostRange SecondsPerFlop, CostRange SecondsPerStep, CostRange OtherSeconds, EstimateBasis Basis, string Note)
{
    // The next run is not quite like the last ones: other lengths, another machine.
    private const double Margin = 0.85, MarginOfOne = 0.7;

    // Assumptions, all of them; the range is as wide as they are rough. A step of a large model reaches half of the data sheet's figure,
    // and one of a small model a tenth.
    private const double LikelyUtilisation = 0.25, LowFactor = 0.4, HighFactor = 1.8;
    private const double StartSeconds = 120;

    // Two cores. Trainings of small models on one core of a current server have reached 0.03 to 0.23 TFLOP/s (docs/benchmarks.md).
    private const double CpuTflops = 0.4;

    // A GPU waits for its kernels to be launched: some hundred for each block, each of some microseconds.
    private static readonly CostRange s_launchPerBlock = new(0.0005, 0.001, 0.002);

    /// <summary>The pace; null where neither a measurement nor the accelerator's speed is known.</summary>
    /// <param name="accelerator">Its short name.</param>
    /// <param name="rates">The operator's figures.</param>
    /// <param name="model">What is trained.</param>
    /// <param name="measured">Earlier trainings of the model on the accelerator.</param>
    public static TrainingPace? Of(string accelerator, AcceleratorRates rates, ModelWork model, IReadOnlyList<MeasuredRun> measured) =>
        measured.Count > 0 ? Measured(accelerator, model, measured) : Calculated(accelerator, rates, model);

    private static TrainingPace Measured(string accelerator, ModelWork model, IReadOnlyList<MeasuredRun> runs)
    {
        var margin = runs.Count == 1 ? MarginOfOne : Margin;
        var perFlop = Spread([.. runs.Select(r => r.Seconds / r.Flops)], margin);
        var tokens = model.FlopsPerEpoch > 0 ? model.TokensPerEpoch / (perFlop.Likely * model.FlopsPerEpoch) : 0;
        var what = model.BaseModel is { } name ? $"of '{name}'" : "from scratch";
        return new TrainingPace(
            perFlop, default, Spread([.. runs.Select(r => r.OtherSeconds)], margin), EstimateBasis.Measured,
            string.Create(
                CultureInfo.InvariantCulture,
                $"By {(runs.Count == 1 ? "the one training" : $"the last {runs.Count} trainings")} {what} on {accelerator}: about {tokens:N0} tokens a second with texts of this length."));
    }

    private static TrainingPace? Calculated(string accelerator, AcceleratorRates rates, ModelWork model)
    {
        var isCpu = accelerator.Equals(Accelerator.Cpu, StringComparison.OrdinalIgnoreCase);
        if ((rates.PeakTflops ?? (isCpu ? CpuTflops : Accelerator.Find(accelerator)?.TrainingPeak / 1e12)) is not { } tflops)
            return null;
        var likely = rates.Utilisation ?? LikelyUtilisation;
        var reached = tflops * 1e12 * likely;
        var start = rates.StartSeconds ?? StartSeconds;
        var note = string.Create(
            CultureInfo.InvariantCulture,
            $"No training of {(model.BaseModel is { } name ? $"'{name}'" : "a model from scratch")} on {accelerator} has been measured yet: calculated with {tflops:0.###} TFLOP/s at best, of which {likely:P0} {(rates.Utilisation is null ? "are assumed to be reached" : "are reached by the settings")}. After the first run the estimate rests on its speed.");
        return new TrainingPace(
            new CostRange(1 / (reached * HighFactor), 1 / reached, 1 / (reached * LowFactor)),
            isCpu ? default : model.Blocks * s_launchPerBlock,
            rates.StartSeconds is { } known ? CostRange.Exactly(known) : new CostRange(start / 3, start, start * 3),
            EstimateBasis.Calculated, note);
    }

    private static CostRange Spread(List<double> values, double margin)
    {
        values.Sort();
        var middle = values.Count / 2;
        var median = values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
        return new CostRange(values[0] * margin, median, values[^1] / margin);
    }
}
