using System.Text.Json.Serialization;

namespace Pipeline.Core.Costs;

/// <summary>What a run of a dataset is expected to take and to cost.</summary>
public sealed record CostEstimate
{
    /// <summary>Rows of all splits.</summary>
    public required int Rows { get; init; }

    /// <summary>Tokens that are trained on over all passes, trials included, as a best guess; special ones included, padding not.</summary>
    public required long Tokens { get; init; }

    /// <summary>Trials of the sweep; 1 without one.</summary>
    public required int Trials { get; init; }

    /// <summary>Passes over the training split; those of the longest trial of a sweep.</summary>
    public required double Epochs { get; init; }

    /// <summary>What it is estimated for, by its short name: <c>T4</c>, <c>A100</c>, <c>cpu</c>.</summary>
    public required string Accelerator { get; init; }

    /// <summary>Minutes of containers, all of a sweep's together, which may run at the same time. Null where nothing is known of the accelerator.</summary>
    public CostRange? Minutes { get; init; }

    /// <summary>The price by the operator's rates; null where there is none.</summary>
    public CostRange? Price { get; init; }

    /// <summary>Currency of the price; null where none was named.</summary>
    public string? Currency { get; init; }

    /// <summary>Price of an hour of a container, by which it was reckoned.</summary>
    public decimal? PricePerHour { get; init; }

    /// <summary>Whether the time follows from earlier trainings or from sizes and assumptions.</summary>
    public required EstimateBasis BasedOn { get; init; }

    /// <summary>What it rests on, and how it is made better, in sentences.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>What there is to compute; with it the estimate can be made again for other rates.</summary>
    public required DatasetWork Work { get; init; }
}

/// <summary>What an estimate rests on.</summary>
[JsonConverter(typeof(SnakeCaseEnum<EstimateBasis>))]
public enum EstimateBasis
{
    /// <summary>The speed of earlier trainings of the same base model on the same accelerator.</summary>
    Measured,

    /// <summary>The model's size, and the speed that the accelerator is assumed to reach.</summary>
    Calculated,
}
