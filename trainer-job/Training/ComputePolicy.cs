using System.Globalization;
using Pipeline.Modeling;
using Pipeline.Modeling.Optimization;
using Pipeline.Modeling.Pretrained;
using TorchSharp;

namespace Pipeline.Trainer.Training;

/// <summary>Decides how a training computes its products: what the user asks for, else what the device does fastest.</summary>
/// <param name="arguments">What is asked for.</param>
/// <param name="device">What is trained on.</param>
/// <param name="model">Sizes of the model.</param>
/// <param name="capability">Compute capability of the GPU. Default: what the driver says.</param>
/// <param name="hasFastBFloat16">Whether the CPU multiplies bf16 in hardware. Default: what the system says.</param>
internal sealed class ComputePolicy(
    TrainingArguments arguments, DeviceType device, PretrainedConfig model, Version? capability = null, bool? hasFastBFloat16 = null)
{
    // bf16 leaves the lowest block as it is, and of a decoder's last block most is not computed at all: below this it gains nothing.
    private const int LeastBlocksForBFloat16 = 3;

    // The plainer of two ways stays unless the other is faster by this much: less than that is chance.
    private const double Margin = 0.9;

    private readonly Version _capability = capability ?? CudaDevice.Capability ?? new Version(0, 0);
    private readonly bool _hasFastBFloat16 = hasFastBFloat16 ?? TorchRuntime.HasFastBFloat16;

    private bool IsCuda => device == DeviceType.CUDA;

    /// <summary>Whether this device can go on with a way that was chosen before.</summary>
    public bool IsPossible(ComputePath path) => path switch
    {
        ComputePath.Float16 => IsCuda,
        ComputePath.Float32OneDnn => !IsCuda,
        _ => true,
    };

    /// <summary>The ways that come into question, the plainest first.</summary>
    public IReadOnlyList<ComputePath> Candidates()
    {
        if (arguments.Bf16 == true)
            return [ComputePath.BFloat16];
        if (IsCuda)
            return [OnCuda()];
        if (arguments.Bf16 == false)
            return [ComputePath.Float32OneDnn]; // said outright, so that two runs compute alike whatever a clock says
        var mayRound = _hasFastBFloat16 && model.LayerCount >= LeastBlocksForBFloat16 && arguments.BaseModelDtype == "float32";
        return mayRound ? [ComputePath.Float32, ComputePath.Float32OneDnn, ComputePath.BFloat16] : [ComputePath.Float32, ComputePath.Float32OneDnn];
    }

    /// <summary>Decides; on a CPU by measuring the ways that come into question, in less than a second or two.</summary>
    public ComputeChoice Choose(TimeProvider time)
    {
        var candidates = Candidates();
        if (candidates is [var only])
            return new ComputeChoice(only, Sentence(only, arguments.Bf16 is not null || arguments.Fp16 == true ? "as was asked for" : $"by the GPU's compute capability, {_capability}"), new Dictionary<string, double>());
        var rows = Math.Min(arguments.MaxTokensPerBatch, (long)arguments.PerDeviceTrainBatchSize * Math.Min(arguments.MaxLength, 64));
        var times = ProductProbe.Measure(candidates, rows, model.Width, model.InnerWidth, time);
        var path = Fastest(candidates, times);
        var measured = string.Join(", ", candidates.Select(c => string.Create(CultureInfo.InvariantCulture, $"{Name(c)} {times[c].TotalMilliseconds:0.00} ms")));
        return new ComputeChoice(
            path,
            Sentence(path, $"measured on {rows} tokens: {measured}") + (arguments.Fp16 == true ? " fp16 needs a GPU." : ""),
            candidates.ToDictionary(c => Name(c) + "_ms", c => times[c].TotalMilliseconds));
    }

    /// <summary>The fastest, where it is clearly faster than what is plainer.</summary>
    public static ComputePath Fastest(IReadOnlyList<ComputePath> candidates, IReadOnlyDictionary<ComputePath, TimeSpan> times) =>
        candidates.Aggregate((best, next) => times[next] < times[best] * Margin ? next : best);

    // bf16 from Ampere on, fp16 from Volta on; what is older has no units for either.
    private ComputePath OnCuda()
    {
        if (arguments.Fp16 == true)
            return ComputePath.Float16;
        if (_capability >= new Version(8, 0) && arguments.Bf16 != false)
            return ComputePath.BFloat16;
        return _capability >= new Version(7, 0) && _capability < new Version(8, 0) && arguments.Fp16 != false ? ComputePath.Float16 : ComputePath.Float32;
    }

    private static string Sentence(ComputePath path, string why) => $"Products are computed as {Name(path)}, {why}.";

    private static string Name(ComputePath path) => path switch
    {
        ComputePath.Float32OneDnn => "fp32_onednn",
        ComputePath.BFloat16 => "bf16",
        ComputePath.Float16 => "fp16",
        _ => "fp32",
    };
}

/// <summary>What was decided.</summary>
/// <param name="Path">The way.</param>
/// <param name="Reason">In a sentence.</param>
/// <param name="Milliseconds">What was measured, by name; empty where nothing was.</param>
internal sealed record ComputeChoice(ComputePath Path, string Reason, IReadOnlyDictionary<string, double> Milliseconds);
