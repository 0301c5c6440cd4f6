namespace Pipeline.Modeling.Tests.Reference;

/// <summary>
/// The layers of a transformer in plain fp64, one text at a time, each with its derivative written out by hand.
/// Nothing here shares code with the product: no Torch, no batches, no padding, no fused operations.
/// </summary>
internal sealed class Formulas(IReadOnlyDictionary<string, Value> weights)
{
    private readonly Stack<Action> _backward = [];

    /// <summary>Adds to the gradients of all weights, beginning with those that stand in the results.</summary>
    public void Backward()
    {
        while (_backward.TryPop(out var step)) step();
    }

    /// <summary>y[i] = W[rows[i]].</summary>
    public Value Embedding(string name, IReadOnlyList<long> rows)
    {
        var w = weights[name];
        var y = new Value(rows.Count, w.Columns);
        Each(y, (i, j) => y.Data[i, j] = w.Data[rows[i], j]);
        _backward.Push(() => Each(y, (i, j) => w.Gradient[rows[i], j] += y.Gradient[i, j]));
        return y;
    }

    /// <summary>y = x W + b for a weight of <c>[in, out]</c>, y = x Wᵀ + b for one of <c>[out, in]</c>.</summary>
    public Value Linear(Value x, string name, bool transposed = false)
    {
        var w = weights[name + ".weight"];
        weights.TryGetValue(name + ".bias", out var b);
        int inputs = x.Columns, outputs = transposed ? w.Columns : w.Rows;
        ref double At(double[,] m, int input, int output) => ref transposed ? ref m[input, output] : ref m[output, input];
        var y = new Value(x.Rows, outputs);
        Each(y, (i, o) =>
        {
            double sum = b?.Data[0, o] ?? 0;
            for (int k = 0; k < inputs; k++) sum += x.Data[i, k] * At(w.Data, k, o);
            y.Data[i, o] = sum;
        });
        _backward.Push(() => Each(y, (i, o) =>
        {
            double g = y.Gradient[i, o];
            if (b is not null) b.Gradient[0, o] += g;
            for (int k = 0; k < inputs; k++)
            {
                x.Gradient[i, k] += g * At(w.Data, k, o);
                At(w.Gradient, k, o) += g * x.Data[i, k];
            }
        }));
        return y;
    }

    /// <summary>y = γ (x − μ) / √(σ² + ε) + β over each row; with n = (x − μ)/√…, dx = (γdy − mean(γdy) − n mean(γdy n)) / √….</summary>
    public Value LayerNorm(Value x, string name, double epsilon)
    {
        Value gamma = weights[name + ".weight"], beta = weights[name + ".bias"], y = new(x.Rows, x.Columns);
        var normed = new double[x.Rows, x.Columns];
        var roots = new double[x.Rows];
        for (int i = 0; i < x.Rows; i++)
        {
            double mean = Mean(x.Columns, j => x.Data[i, j]), variance = Mean(x.Columns, j => Math.Pow(x.Data[i, j] - mean, 2));
            roots[i] = Math.Sqrt(variance + epsilon);
            for (int j = 0; j < x.Columns; j++)
            {
                normed[i, j] = (x.Data[i, j] - mean) / roots[i];
                y.Data[i, j] = gamma.Data[0, j] * normed[i, j] + beta.Data[0, j];
            }
        }
        _backward.Push(() =>
        {
            for (int i = 0; i < x.Rows; i++)
            {
                double mean = Mean(x.Columns, j => gamma.Data[0, j] * y.Gradient[i, j]), along = Mean(x.Columns, j => gamma.Data[0, j] * y.Gradient[i, j] * normed[i, j]);
                for (int j = 0; j < x.Columns; j++)
                {
                    gamma.Gradient[0, j] += y.Gradient[i, j] * normed[i, j];
                    beta.Gradient[0, j] += y.Gradient[i, j];
                    x.Gradient[i, j] += (gamma.Data[0, j] * y.Gradient[i, j] - mean - normed[i, j] * along) / roots[i];
                }
            }
        });
        return y;
    }

    /// <summary>y = f(x), element by element.</summary>
    public Value Apply(Value x, (Func<double, double> Function, Func<double, double> Derivative) f)
    {
        var y = new Value(x.Rows, x.Columns);
        Each(y, (i, j) => y.Data[i, j] = f.Function(x.Data[i, j]));
        _backward.Push(() => Each(y, (i, j) => x.Gradient[i, j] += y.Gradient[i, j] * f.Derivative(x.Data[i, j])));
        return y;
    }

    public Value Add(Value a, Value b)
    {
        var y = new Value(a.Rows, a.Columns);
        Each(y, (i, j) => y.Data[i, j] = a.Data[i, j] + b.Data[i, j]);
        _backward.Push(() => Each(y, (i, j) =>
        {
            a.Gradient[i, j] += y.Gradient[i, j];
            b.Gradient[i, j] += y.Gradient[i, j];
        }));
        return y;
    }

    /// <summary>Some of the rows and columns.</summary>
    public Value Part(Value x, int firstRow, int rows, int firstColumn, int columns)
    {
        var y = new Value(rows, columns);
        Each(y, (i, j) => y.Data[i, j] = x.Data[firstRow + i, firstColumn + j]);
        _backward.Push(() => Each(y, (i, j) => x.Gradient[firstRow + i, firstColumn + j] += y.Gradient[i, j]));
        return y;
    }

    /// <summary>
    /// For each head: p = softmax(scale q kᵀ) over the keys that are allowed, y = p v;
    /// dv = pᵀ dy, dp = dy vᵀ, ds = p (dp − Σ p dp), dq = scale ds k, dk = scale dsᵀ q.
    /// </summary>
    public Value Attention(Value q, Value k, Value v, int heads, double scale, Func<int, int, bool> allowed)
    {
        int width = q.Columns / heads, length = q.Rows;
        var y = new Value(length, q.Columns);
        for (int head = 0; head < heads; head++)
        {
            int first = head * width;
            var p = new double[length, length];
            for (int i = 0; i < length; i++)
            {
                var keys = Enumerable.Range(0, length).Where(j => allowed(i, j)).ToList();
                foreach (int j in keys) p[i, j] = scale * Sum(width, c => q.Data[i, first + c] * k.Data[j, first + c]);
                double largest = keys.Max(j => p[i, j]);
                foreach (int j in keys) p[i, j] = Math.Exp(p[i, j] - largest);
                double total = keys.Sum(j => p[i, j]);
                foreach (int j in keys) p[i, j] /= total;
                for (int c = 0; c < width; c++) y.Data[i, first + c] = keys.Sum(j => p[i, j] * v.Data[j, first + c]);
            }
            _backward.Push(() =>
            {
                for (int i = 0; i < length; i++)
                {
                    var dp = new double[length];
                    for (int j = 0; j < length; j++) dp[j] = Sum(width, c => y.Gradient[i, first + c] * v.Data[j, first + c]);
                    double along = Sum(length, j => p[i, j] * dp[j]);
                    for (int j = 0; j < length; j++)
                    {
                        double ds = scale * p[i, j] * (dp[j] - along);
                        for (int c = first; c < first + width; c++)
                        {
                            v.Gradient[j, c] += p[i, j] * y.Gradient[i, c];
                            q.Gradient[i, c] += ds * k.Data[j, c];
                            k.Gradient[j, c] += ds * q.Data[i, c];
                        }
                    }
                }
            });
        }
        return y;
    }

    private static void Each(Value x, Action<int, int> action)
    {
        for (int i = 0; i < x.Rows; i++)
        {
            for (int j = 0; j < x.Columns; j++) action(i, j);
        }
    }

    private static double Sum(int count, Func<int, double> term) => Enumerable.Range(0, count).Sum(term);

    private static double Mean(int count, Func<int, double> term) => Sum(count, term) / count;
}
