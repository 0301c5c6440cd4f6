namespace Pipeline.Core.Baselines;

/// <summary>The names under which baselines appear in run records and <c>metrics.json</c>.</summary>
public static class BaselineNames
{
    /// <summary>Always answers the most frequent class, or set of labels, of the training split.</summary>
    public const string MajorityClass = "majority_class";

    /// <summary>Always answers the mean of the training split's targets.</summary>
    public const string MeanTarget = "mean_target";

    /// <summary>TF-IDF over words and word pairs with logistic regression, multinomial or one for each label, or for numbers with ridge regression.</summary>
    public const string TfidfLinear = "tfidf_linear";
}
