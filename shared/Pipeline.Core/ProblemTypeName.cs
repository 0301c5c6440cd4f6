using System.Text.Json;

namespace Pipeline.Core;

/// <summary>The names of <see cref="ProblemType"/>.</summary>
public static class ProblemTypeName
{
    /// <summary>As it stands in JSON and in Hugging Face's <c>config.json</c>: <c>single_label_classification</c>.</summary>
    public static string Name(this ProblemType problem) => JsonNamingPolicy.SnakeCaseLower.ConvertName(problem.ToString());
}
