using Pipeline.Core.Metrics;

namespace Pipeline.Core.Baselines;

/// <summary>A text with its label ids.</summary>
/// <param name="Text">The text.</param>
/// <param name="Labels">The label ids: exactly one, or with several labels a text any number.</param>
public readonly record struct LabelledText(string Text, int[] Labels)
{
    /// <summary>A text with one label.</summary>
    public LabelledText(string text, int label) : this(text, [label])
    {
    }
}

/// <summary>
/// TF-IDF over words and word pairs with logistic regression, multinomial or one for each label: what a transformer has to
/// beat to be worth its cost. The strength of the penalty is the one of 1, 10 and 100 that does best on the validation split.
/// </summary>
public sealed class LinearBaseline
{
    private static readonly double[] Strengths = [1, 10, 100];

    private readonly TfidfVectorizer _vectorizer;
    private readonly ILinearClassifier _classifier;
    private readonly IReadOnlyList<string> _labels;
    private readonly ProblemType _problem;

    private LinearBaseline(TfidfVectorizer vectorizer, ILinearClassifier classifier, IReadOnlyList<string> labels, ProblemType problem, double c) =>
        (_vectorizer, _classifier, _labels, _problem, C) = (vectorizer, classifier, labels, problem, c);

    /// <summary>The inverse strength of the penalty that was chosen.</summary>
    public double C { get; }

    /// <summary>Fits on the training split and chooses on the validation split.</summary>
    /// <param name="train">The training split; read twice.</param>
    /// <param name="validation">The validation split.</param>
    /// <param name="labels">Label names by id.</param>
    /// <param name="problem">Whether a text has one label or any number.</param>
    /// <param name="cancellationToken">Ends the fit between two steps of the solver.</param>
    public static LinearBaseline Fit(
        IReadOnlyList<LabelledText> train,
        IReadOnlyList<LabelledText> validation,
        IReadOnlyList<string> labels,
        ProblemType problem,
        CancellationToken cancellationToken = default)
    {
        var vectorizer = TfidfVectorizer.Fit(train.Select(t => t.Text));
        var inputs = train.Select(t => vectorizer.Transform(t.Text)).ToList();
        (LinearBaseline Model, double Score)? best = null;
        ILinearClassifier? previous = null;
        foreach (var c in Strengths)
        {
            // Each fit starts from the one with the stronger penalty, which is most of the way.
            previous = problem == ProblemType.MultiLabelClassification
                ? OneVsRestRegression.Fit(
                    inputs, [.. train.Select(t => t.Labels)], vectorizer.Features, labels.Count, c, (OneVsRestRegression?)previous, cancellationToken)
                : LogisticRegression.Fit(
                    inputs, [.. train.Select(t => t.Labels[0])], vectorizer.Features, labels.Count, c, (LogisticRegression?)previous, cancellationToken);
            var candidate = new LinearBaseline(vectorizer, previous, labels, problem, c);
            var score = candidate.Evaluate(validation).Macro.F1;
            if (best is null || score > best.Value.Score)
                best = (candidate, score);
        }

        return best!.Value.Model;
    }

    /// <summary>Scores labelled texts.</summary>
    public ClassificationMetrics Evaluate(IEnumerable<LabelledText> texts)
    {
        var score = new ClassificationScore(_labels, _problem);
        foreach (var (text, labels) in texts)
            score.Add(labels, _classifier.Scores(_vectorizer.Transform(text)));
        return score.ToMetrics();
    }
}
