namespace Pipeline.Core.Baselines;

/// <summary>The names under which baselines appear in run records and <c>metrics.json</c>.</summary>
public static class BaselineNames
{
    /// <summary>Always answers the most frequent class, or set of labels, of the training split.</summary>
    public const string MajorityClass = "majority_class";

    /// <summary>TF-IDF over words and word pairs with logistic regression, multinomial or one for each label.</summary>
    public const string TfidfLinear = "tfidf_linear";
}
