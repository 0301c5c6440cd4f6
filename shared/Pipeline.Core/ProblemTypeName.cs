using System.Text.Json;

namespace Pipeline.Core;

/// <summary>The names of <see cref="ProblemType"/>.</summary>
public static class ProblemTypeName
{
    /// <summary>What the one output of a regression is called where a label must have a name: Hugging Face's name for an output without one.</summary>
    public const string RegressionLabel = "LABEL_0";

    /// <summary>As it stands in JSON and in Hugging Face's <c>config.json</c>: <c>single_label_classification</c>.</summary>
    public static string Name(this ProblemType problem) => JsonNamingPolicy.SnakeCaseLower.ConvertName(problem.ToString());
}
