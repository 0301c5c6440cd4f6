using Pipeline.Core.Metrics;

namespace Pipeline.Core.Baselines;

/// <summary>A text with its class id.</summary>
/// <param name="Text">The text.</param>
/// <param name="Label">The class id.</param>
public readonly record struct LabelledText(string Text, int Label);

/// <summary>
/// TF-IDF over words and word pairs with multinomial logistic regression: what a transformer has to beat to be worth its cost.
/// The strength of the penalty is the one of 1, 10 and 100 that does best on the validation split.
/// </summary>
public sealed class LinearBaseline
{
    private static readonly double[] Strengths = [1, 10, 100];

    private readonly TfidfVectorizer _vectorizer;
    private readonly LogisticRegression _classifier;

    private LinearBaseline(TfidfVectorizer vectorizer, LogisticRegression classifier, double c) =>
        (_vectorizer, _classifier, C) = (vectorizer, classifier, c);

    /// <summary>The inverse strength of the penalty that was chosen.</summary>
    public double C { get; }

    /// <summary>Fits on the training split and chooses on the validation split.</summary>
    /// <param name="train">The training split; read twice.</param>
    /// <param name="validation">The validation split.</param>
    /// <param name="labels">Label names by id.</param>
    /// <param name="cancellationToken">Ends the fit between two steps of the solver.</param>
    public static LinearBaseline Fit(
        IReadOnlyList<LabelledText> train,
        IReadOnlyList<LabelledText> validation,
        IReadOnlyList<string> labels,
        CancellationToken cancellationToken = default)
    {
        var vectorizer = TfidfVectorizer.Fit(train.Select(t => t.Text));
        var inputs = train.Select(t => vectorizer.Transform(t.Text)).ToList();
        var classes = train.Select(t => t.Label).ToList();
        (LinearBaseline Model, double Score)? best = null;
        LogisticRegression? previous = null;
        foreach (var c in Strengths)
        {
            // Each fit starts from the one with the stronger penalty, which is most of the way.
            previous = LogisticRegression.Fit(inputs, classes, vectorizer.Features, labels.Count, c, previous, cancellationToken);
            var candidate = new LinearBaseline(vectorizer, previous, c);
            var score = candidate.Evaluate(validation, labels).Macro.F1;
            if (best is null || score > best.Value.Score)
                best = (candidate, score);
        }

        return best!.Value.Model;
    }

    /// <summary>The most probable class of a text.</summary>
    public int Predict(string text) => _classifier.Predict(_vectorizer.Transform(text));

    /// <summary>Scores labelled texts.</summary>
    public ClassificationMetrics Evaluate(IEnumerable<LabelledText> texts, IReadOnlyList<string> labels)
    {
        var matrix = new ConfusionMatrix(labels.Count);
        double loss = 0;
        foreach (var (text, label) in texts)
        {
            var probabilities = _classifier.Probabilities(_vectorizer.Transform(text));
            matrix.Add(label, System.Numerics.Tensors.TensorPrimitives.IndexOfMax(probabilities));
            loss -= Math.Log(Math.Max(probabilities[label], float.Epsilon));
        }

        return ClassificationMetrics.From(matrix, labels, loss / matrix.Total);
    }
}
