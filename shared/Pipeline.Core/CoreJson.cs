using System.Text.Json.Serialization;
using Pipeline.Core.Costs;
using Pipeline.Core.Datasets;
using Pipeline.Core.Messaging;
using Pipeline.Core.Metrics;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;

namespace Pipeline.Core;

/// <summary>
/// Reads and writes the documents of this library by code that the compiler wrote. Reflection would take a good part of a start to be set up, and is not
/// there where the program is compiled to native code.
/// </summary>
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(RunEvent))]
[JsonSerializable(typeof(RunOptions))]
[JsonSerializable(typeof(ValidationReport))]
[JsonSerializable(typeof(TrainingRequest))]
[JsonSerializable(typeof(ModelManifest))]
[JsonSerializable(typeof(ProductionPointer))]
[JsonSerializable(typeof(MetricsReport))]
[JsonSerializable(typeof(ClassificationMetrics))]
[JsonSerializable(typeof(RegressionMetrics))]
[JsonSerializable(typeof(TrialRecord))]
[JsonSerializable(typeof(RungDecision))]
[JsonSerializable(typeof(MeasuredRuns))]
[JsonSerializable(typeof(NameList))]
[JsonSerializable(typeof(SweepRange))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(double[]))]
[JsonSerializable(typeof(Dictionary<string, double>))]
[JsonSerializable(typeof(SortedDictionary<string, double>))]
[JsonSerializable(typeof(OrderedDictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(SortedDictionary<string, object>))]
[JsonSerializable(typeof(Dictionary<string, Dictionary<string, object>>))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(int))]
public sealed partial class CoreJson : JsonSerializerContext
{
    /// <summary>Compact form, for messages and event lines.</summary>
    public static CoreJson Compact { get; } = new(PipelineJson.Dialect(indented: false));

    /// <summary>Indented form, for the documents a person may open in the storage account.</summary>
    public static CoreJson Indented { get; } = new(PipelineJson.Dialect(indented: true));
}
