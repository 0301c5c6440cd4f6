namespace Pipeline.Core.Baselines;

/// <summary>
/// Linear least squares with an L2 penalty on the weights, not on the bias: minimises Σ(w·x + b − y)² + α|w|², as scikit-learn's
/// <c>Ridge</c> does. Solved by conjugate gradients on the normal equations, divided by their diagonal (Nocedal and Wright, Numerical
/// Optimization, algorithm 5.3).
/// </summary>
public sealed class RidgeRegression
{
    private const int MostIterations = 200;
    private const double Tolerance = 1e-6;

    private readonly double[] _weights; // the bias last

    private RidgeRegression(double[] weights) => _weights = weights;

    /// <summary>Fits the weights.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="targets">Their targets.</param>
    /// <param name="alpha">Strength of the penalty, above 0.</param>
    /// <param name="start">A model to start from, for example one with another <paramref name="alpha"/>.</param>
    /// <param name="cancellationToken">Looked at between the steps of the solver.</param>
    public static RidgeRegression Fit(
        SparseMatrix inputs, IReadOnlyList<double> targets, double alpha, RidgeRegression? start = null, CancellationToken cancellationToken = default)
    {
        if (inputs.Rows != targets.Count)
            throw new ArgumentException($"{inputs.Rows} inputs against {targets.Count} targets.", nameof(targets));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha);
        var weights = start is null ? new double[inputs.Columns + 1] : (double[])start._weights.Clone();
        // Around their mean, so that targets far from zero lose no digits.
        var mean = targets.Count == 0 ? 0 : targets.Average();
        weights[^1] -= mean;
        var diagonal = Diagonal(inputs, alpha);
        var wanted = Transposed(inputs, [.. targets.Select(t => t - mean)]);
        var product = NormalProduct(inputs, weights, alpha);
        double[] residual = [.. wanted.Zip(product, (w, p) => w - p)];
        double[] scaled = [.. residual.Zip(diagonal, (r, d) => r / d)];
        var direction = (double[])scaled.Clone();
        double size = Dot(residual, scaled), enough = Tolerance * Tolerance * Dot(wanted, [.. wanted.Zip(diagonal, (w, d) => w / d)]);
        for (var iteration = 0; iteration < MostIterations && size > enough; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            product = NormalProduct(inputs, direction, alpha);
            var length = size / Dot(direction, product);
            for (var i = 0; i < weights.Length; i++)
            {
                weights[i] += length * direction[i];
                residual[i] -= length * product[i];
                scaled[i] = residual[i] / diagonal[i];
            }

            var next = Dot(residual, scaled);
            for (var i = 0; i < direction.Length; i++)
                direction[i] = scaled[i] + next / size * direction[i];
            size = next;
        }

        weights[^1] += mean;
        return new RidgeRegression(weights);
    }

    /// <summary>The number for an input.</summary>
    public double Predict(SparseVector example) => Predict(_weights, example.Indices, example.Values);

    // With the bias as a weight of a column of ones, which has no penalty: ([X 1]ᵀ[X 1] + diag(α, …, α, 0)) v.
    private static double[] NormalProduct(SparseMatrix inputs, double[] vector, double alpha)
    {
        var outputs = new double[inputs.Rows];
        for (var row = 0; row < outputs.Length; row++)
            outputs[row] = Predict(vector, inputs.Indices(row), inputs.Values(row));
        var product = Transposed(inputs, outputs);
        for (var i = 0; i < inputs.Columns; i++)
            product[i] += alpha * vector[i];
        return product;
    }

    // [X 1]ᵀ v
    private static double[] Transposed(SparseMatrix inputs, double[] vector)
    {
        var product = new double[inputs.Columns + 1];
        for (var row = 0; row < vector.Length; row++)
        {
            var indices = inputs.Indices(row);
            var values = inputs.Values(row);
            for (var j = 0; j < indices.Length; j++)
                product[indices[j]] += values[j] * vector[row];
            product[^1] += vector[row];
        }

        return product;
    }

    private static double[] Diagonal(SparseMatrix inputs, double alpha)
    {
        var diagonal = new double[inputs.Columns + 1];
        Array.Fill(diagonal, alpha);
        diagonal[^1] = inputs.Rows;
        for (var row = 0; row < inputs.Rows; row++)
        {
            var indices = inputs.Indices(row);
            var values = inputs.Values(row);
            for (var j = 0; j < indices.Length; j++)
                diagonal[indices[j]] += (double)values[j] * values[j];
        }

        return diagonal;
    }

    private static double Predict(double[] weights, ReadOnlySpan<int> indices, ReadOnlySpan<float> values)
    {
        var sum = weights[^1];
        for (var j = 0; j < indices.Length; j++)
            sum += values[j] * weights[indices[j]];
        return sum;
    }

    private static double Dot(double[] x, double[] y) => System.Numerics.Tensors.TensorPrimitives.Dot<double>(x, y);
}
