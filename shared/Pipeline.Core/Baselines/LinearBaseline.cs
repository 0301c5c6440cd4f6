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
/// Safe to use from several threads at the same time.
/// </summary>
public sealed class LinearBaseline
{
    private static readonly double[] Strengths = [1, 10, 100];

    // The solver keeps some fifteen times as many numbers of four bytes: about 700 MB. Where there are more, rare n-grams are left out.
    private const int MostWeights = 12_000_000;

    private readonly TfidfVectorizer _vectorizer;
    private readonly MergedColumns _columns;
    private readonly LogisticRegression _classifier;
    private readonly IReadOnlyList<string> _labels;
    private readonly ProblemType _problem;

    private LinearBaseline(
        TfidfVectorizer vectorizer, MergedColumns columns, LogisticRegression classifier, IReadOnlyList<string> labels, ProblemType problem, double c) =>
        (_vectorizer, _columns, _classifier, _labels, _problem, C) = (vectorizer, columns, classifier, labels, problem, c);

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
        CancellationToken cancellationToken = default) => Fit(train, validation, labels, problem, Strengths, cancellationToken);

    /// <summary>Fits with a penalty that is already chosen.</summary>
    /// <param name="train">The training split; read twice.</param>
    /// <param name="labels">Label names by id.</param>
    /// <param name="problem">Whether a text has one label or any number.</param>
    /// <param name="c">Inverse strength of the penalty.</param>
    /// <param name="cancellationToken">Ends the fit between two steps of the solver.</param>
    public static LinearBaseline Fit(
        IReadOnlyList<LabelledText> train, IReadOnlyList<string> labels, ProblemType problem, double c, CancellationToken cancellationToken = default) =>
        Fit(train, null, labels, problem, [c], cancellationToken);

    // Without a validation split there is nothing to choose from.
    private static LinearBaseline Fit(
        IReadOnlyList<LabelledText> train,
        IReadOnlyList<LabelledText>? validation,
        IReadOnlyList<string> labels,
        ProblemType problem,
        IReadOnlyList<double> strengths,
        CancellationToken cancellationToken)
    {
        var vectorizer = TfidfVectorizer.Fit(train.Select(t => t.Text), maxFeatures: MostWeights / labels.Count);
        SparseVector[] vectors = [.. train.AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(t => vectorizer.Transform(t.Text))];
        var columns = MergedColumns.Of(SparseMatrix.Of(vectors, vectorizer.Features));
        var inputs = SparseMatrix.Of([.. vectors.Select(columns.Collect)], columns.Count);
        int[][] answers = [.. train.Select(t => t.Labels)];
        (LinearBaseline Model, double Score)? best = null;
        LogisticRegression? previous = null;
        foreach (var c in strengths)
        {
            // Each fit starts from the one with the stronger penalty, which is most of the way.
            previous = LogisticRegression.Fit(inputs, answers, labels.Count, problem, c, previous, cancellationToken);
            var candidate = new LinearBaseline(vectorizer, columns, previous, labels, problem, c);
            var score = validation is null ? 0 : candidate.Evaluate(validation).Macro.F1;
            if (best is null || score > best.Value.Score)
                best = (candidate, score);
        }

        return best!.Value.Model;
    }

    /// <summary>The score of each label for a text; their softmax, or with several labels each one's sigmoid, are the probabilities.</summary>
    public float[] Scores(string text) => _classifier.Scores(_columns.Map(_vectorizer.Transform(text)));

    /// <summary>What it says of labelled texts.</summary>
    public Predictions Predict(IReadOnlyList<LabelledText> texts)
    {
        var predictions = new Predictions(_labels, _problem, texts.Count);
        Parallel.For(0, texts.Count, i => predictions.Set(i, texts[i].Labels, Scores(texts[i].Text)));
        return predictions;
    }

    /// <summary>Scores labelled texts.</summary>
    public ClassificationMetrics Evaluate(IEnumerable<LabelledText> texts) => Predict([.. texts]).ToMetrics();
}
