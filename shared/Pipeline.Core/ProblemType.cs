using System.Text.Json.Serialization;

namespace Pipeline.Core;

/// <summary>What a model answers, under Hugging Face's names; in JSON <c>single_label_classification</c> and so on.</summary>
[JsonConverter(typeof(SnakeCaseEnum<ProblemType>))]
public enum ProblemType
{
    /// <summary>Each text has exactly one label; scores are a softmax.</summary>
    SingleLabelClassification,

    /// <summary>Each text has any number of labels, none too; each score is a sigmoid of its own.</summary>
    MultiLabelClassification,

    /// <summary>Each text has a number, the target; the one logit is the answer as it is.</summary>
    Regression,
}
