using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Pipeline.Core.Datasets;

namespace Pipeline.Core.Sweeps;

/// <summary>
/// What the option <c>sweep</c> holds: which options vary, over what, and how many trials there are. A property that is the name of
/// an option takes that option's limits.
/// </summary>
public sealed record SweepOptions
{
    /// <summary>Trials of a random search where nothing else is said.</summary>
    public const int DefaultTrials = 9;

    /// <summary>Trials of a sweep, at most.</summary>
    public const int MostTrials = 256;

    /// <summary>Peak learning rates to try; a range is drawn from by its logarithm. Default: not varied.</summary>
    public SweepValues? LearningRate { get; init; }

    /// <summary>Batch sizes to try. Default: not varied.</summary>
    public SweepValues? PerDeviceTrainBatchSize { get; init; }

    /// <summary>Weight decays to try. Default: not varied.</summary>
    public SweepValues? WeightDecay { get; init; }

    /// <summary>Numbers of passes to try. Default: not varied.</summary>
    public SweepValues? NumTrainEpochs { get; init; }

    /// <summary>Dropouts to try. Default: not varied.</summary>
    public SweepValues? Dropout { get; init; }

    /// <summary>Base models to try; each gets shards of its own, made with its tokenizer. Default: not varied.</summary>
    public NameList? BaseModel { get; init; }

    /// <summary>Whether trials are drawn at random or every combination of the lists is one. Default: random.</summary>
    public SweepMethod Method { get; init; }

    /// <summary>Trials that are drawn; fewer where there are not so many combinations. Default: 9; a grid has all combinations.</summary>
    [Range(2, MostTrials)]
    public int? Trials { get; init; }

    /// <summary>One in so many trials goes on after each rung, with so many times the epochs; 1: all go to the end. Default 3.</summary>
    [Range(1, 16)]
    public int ReductionFactor { get; set; } = 3;

    /// <summary>Epochs of the first rung, at least. Default 1.</summary>
    [Range(1, 1_000)]
    public int MinEpochs { get; set; } = 1;
}

/// <summary>How trials are chosen.</summary>
[JsonConverter(typeof(SnakeCaseEnum<SweepMethod>))]
public enum SweepMethod
{
    /// <summary>Each value is drawn by itself (Bergstra and Bengio 2012).</summary>
    Random,

    /// <summary>Every combination of the lists.</summary>
    Grid,
}
