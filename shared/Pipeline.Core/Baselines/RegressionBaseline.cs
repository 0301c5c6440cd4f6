using Pipeline.Core.Metrics;

namespace Pipeline.Core.Baselines;

/// <summary>A text with its number.</summary>
/// <param name="Text">The text.</param>
/// <param name="Target">The number.</param>
public readonly record struct TargetText(string Text, double Target);

/// <summary>
/// TF-IDF over words and word pairs with ridge regression: what a transformer that gives numbers has to beat to be worth its cost.
/// The penalty is the one of 10, 3, 1, 0.3 and 0.1 that does best on the validation split.
/// </summary>
public sealed class RegressionBaseline
{
    // From the strongest on: each fit starts from the one before, which is most of the way.
    private static readonly double[] Strengths = [10, 3, 1, 0.3, 0.1];

    // The solver keeps some five times as many numbers of eight bytes. Where there are more, rare n-grams are left out.
    private const int MostWeights = 12_000_000;

    private readonly TfidfVectorizer _vectorizer;
    private readonly MergedColumns _columns;
    private readonly RidgeRegression _regression;

    private RegressionBaseline(TfidfVectorizer vectorizer, MergedColumns columns, RidgeRegression regression, double alpha) =>
        (_vectorizer, _columns, _regression, Alpha) = (vectorizer, columns, regression, alpha);

    /// <summary>The strength of the penalty that was chosen.</summary>
    public double Alpha { get; }

    /// <summary>Fits on the training split and chooses on the validation split.</summary>
    /// <param name="train">The training split.</param>
    /// <param name="validation">The validation split.</param>
    /// <param name="cancellationToken">Ends the fit between two steps of the solver.</param>
    public static RegressionBaseline Fit(
        IReadOnlyList<TargetText> train, IReadOnlyList<TargetText> validation, CancellationToken cancellationToken = default)
    {
        var vectorizer = TfidfVectorizer.Fit(train.Select(t => t.Text), maxFeatures: MostWeights);
        SparseVector[] vectors = [.. train.AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(t => vectorizer.Transform(t.Text))];
        var columns = MergedColumns.Of(SparseMatrix.Of(vectors, vectorizer.Features));
        var inputs = SparseMatrix.Of([.. vectors.Select(columns.Collect)], columns.Count);
        double[] targets = [.. train.Select(t => t.Target)];
        (RegressionBaseline Model, double Error)? best = null;
        RidgeRegression? previous = null;
        foreach (var alpha in Strengths)
        {
            previous = RidgeRegression.Fit(inputs, targets, alpha, previous, cancellationToken);
            var candidate = new RegressionBaseline(vectorizer, columns, previous, alpha);
            var error = candidate.Evaluate(validation).Rmse;
            if (best is null || error < best.Value.Error)
                best = (candidate, error);
        }

        return best!.Value.Model;
    }

    /// <summary>The number for a text.</summary>
    public double Predict(string text) => _regression.Predict(_columns.Map(_vectorizer.Transform(text)));

    /// <summary>Measures it on texts.</summary>
    public RegressionMetrics Evaluate(IEnumerable<TargetText> texts) => Score(texts).ToMetrics();

    /// <summary>What it says of texts, in their order.</summary>
    public RegressionScore Score(IEnumerable<TargetText> texts)
    {
        var score = new RegressionScore();
        foreach (var (text, target) in texts)
            score.Add(target, Predict(text));
        return score;
    }
}
