using System.Globalization;
using System.Text.Json;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;

namespace Pipeline.Core.Sweeps;

/// <summary>An option that a sweep varies.</summary>
/// <param name="Name">The option's name.</param>
/// <param name="IsFixed">Whether the run's options give it a value too.</param>
/// <param name="Values">What numbers it may be; null for names.</param>
/// <param name="Names">What names it may be; null for numbers.</param>
/// <param name="IsWhole">Whether its numbers are whole.</param>
/// <param name="Apply">Puts a value, a <see cref="double"/> or a <see cref="string"/>, into options.</param>
internal sealed record SweepDimension(
    string Name, Func<RunOptions, bool> IsFixed, SweepValues? Values, NameList? Names, bool IsWhole, Func<RunOptions, object, RunOptions> Apply)
{
    // Drawn figures are for people to read as well.
    private const string Digits = "G3";

    private static readonly RunOptions Default = new();

    /// <summary>The values of a list, in order and each once; empty for a range.</summary>
    public IReadOnlyList<object> List => Names is { } names ? [.. names.Distinct()] : [.. Values!.List.Distinct().Cast<object>()];

    /// <summary>The range with its scale; null for a list.</summary>
    public SweepRange? Range => Values?.Range is { } range
        ? range with { Scale = range.Scale ?? (Name == NameOf(nameof(RunOptions.LearningRate)) ? SweepScale.Log : SweepScale.Linear) }
        : null;

    /// <summary>The options that a sweep varies, always in the same order.</summary>
    public static IReadOnlyList<SweepDimension> Of(SweepOptions sweep) =>
    [
        .. Number(nameof(RunOptions.LearningRate), sweep.LearningRate, o => o.LearningRate is not null, false, (o, v) => o with { LearningRate = v }),
        .. Number(nameof(RunOptions.PerDeviceTrainBatchSize), sweep.PerDeviceTrainBatchSize, o => o.PerDeviceTrainBatchSize is not null, true, (o, v) => o with { PerDeviceTrainBatchSize = (int)v }),
        .. Number(nameof(RunOptions.WeightDecay), sweep.WeightDecay, o => o.WeightDecay != Default.WeightDecay, false, (o, v) => o with { WeightDecay = v }),
        .. Number(nameof(RunOptions.NumTrainEpochs), sweep.NumTrainEpochs, o => o.NumTrainEpochs is not null, true, (o, v) => o with { NumTrainEpochs = (int)v }),
        .. Number(nameof(RunOptions.Dropout), sweep.Dropout, o => o.Dropout is not null, false, (o, v) => o with { Dropout = v }),
        .. sweep.BaseModel is { } names
            ? [new SweepDimension(NameOf(nameof(RunOptions.BaseModel)), o => o.BaseModel is not null, null, names, false, (o, v) => o with { BaseModel = (string)v })]
            : Array.Empty<SweepDimension>(),
    ];

    /// <summary>A value by chance.</summary>
    public object Draw(Random random)
    {
        if (Range is not { } range)
            return List[random.Next(List.Count)];
        var (min, max) = (range.Min!.Value, range.Max!.Value);
        if (IsWhole)
        {
            return range.Scale == SweepScale.Log
                ? Math.Clamp(Math.Floor(Math.Exp(Between(Math.Log(min), Math.Log(max + 1)))), min, max)
                : (double)random.NextInt64((long)min, (long)max + 1);
        }

        var drawn = range.Scale == SweepScale.Log ? Math.Exp(Between(Math.Log(min), Math.Log(max))) : Between(min, max);
        return Math.Clamp(double.Parse(drawn.ToString(Digits, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), min, max);

        double Between(double low, double high) => low + random.NextDouble() * (high - low);
    }

    private static SweepDimension[] Number(string property, SweepValues? values, Func<RunOptions, bool> isFixed, bool isWhole, Func<RunOptions, double, RunOptions> apply) =>
        values is null ? [] : [new SweepDimension(NameOf(property), isFixed, values, null, isWhole, (options, value) => apply(options, (double)value))];

    private static string NameOf(string property) => JsonNamingPolicy.SnakeCaseLower.ConvertName(property);
}
