using System.Numerics.Tensors;

namespace Pipeline.Core.Baselines;

/// <summary>A function to be minimised.</summary>
/// <param name="point">Where.</param>
/// <param name="gradient">Filled with the gradient there.</param>
/// <returns>The value there.</returns>
internal delegate double Objective(ReadOnlySpan<float> point, Span<float> gradient);

/// <summary>Limited-memory BFGS with backtracking (Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 3.1).</summary>
internal static class Lbfgs
{
    private const int History = 6;
    private const double SufficientDecrease = 1e-4;

    /// <summary>Moves a point to a minimum of a convex function.</summary>
    /// <param name="point">The start; the minimum afterwards.</param>
    /// <param name="objective">The function.</param>
    /// <param name="maxIterations">Ends after so many steps even if not converged.</param>
    /// <param name="tolerance">Ends when a step lowers the value by less than this share of it.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    public static void Minimise(float[] point, Objective objective, int maxIterations, double tolerance, CancellationToken cancellationToken = default)
    {
        var (gradient, nextPoint, nextGradient, direction) = (new float[point.Length], new float[point.Length], new float[point.Length], new float[point.Length]);
        var pairs = new List<(float[] Step, float[] Change, double Curvature)>();
        var value = objective(point, gradient);
        for (var iteration = 0; iteration < maxIterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Descend(gradient, pairs, direction);
            double slope = TensorPrimitives.Dot(gradient, direction);
            if (slope >= 0)
                return;

            // Quasi-Newton steps have about the right length; the first one is a bare gradient and has not.
            var length = pairs.Count == 0 ? Math.Min(1, 1 / Math.Sqrt(-slope)) : 1;
            double nextValue;
            while (true)
            {
                TensorPrimitives.MultiplyAdd(direction, (float)length, point, nextPoint);
                nextValue = objective(nextPoint, nextGradient);
                if (nextValue <= value + SufficientDecrease * length * slope)
                    break;
                length /= 2;
                if (length < 1e-10)
                    return;
            }

            Remember(pairs, point, gradient, nextPoint, nextGradient);
            var converged = value - nextValue <= tolerance * Math.Max(1, Math.Abs(nextValue));
            nextPoint.CopyTo(point, 0);
            nextGradient.CopyTo(gradient, 0);
            value = nextValue;
            if (converged)
                return;
        }
    }

    /// <summary>The two-loop recursion: direction = −H · gradient.</summary>
    private static void Descend(float[] gradient, List<(float[] Step, float[] Change, double Curvature)> pairs, float[] direction)
    {
        TensorPrimitives.Negate(gradient, direction);
        var weights = new double[pairs.Count];
        for (var i = pairs.Count - 1; i >= 0; i--)
        {
            var (step, change, curvature) = pairs[i];
            weights[i] = TensorPrimitives.Dot(step, direction) / curvature;
            TensorPrimitives.MultiplyAdd(change, (float)-weights[i], direction, direction);
        }

        if (pairs.Count > 0)
        {
            var (_, change, curvature) = pairs[^1];
            TensorPrimitives.Multiply(direction, (float)(curvature / TensorPrimitives.SumOfSquares(change)), direction);
        }

        for (var i = 0; i < pairs.Count; i++)
        {
            var (step, change, curvature) = pairs[i];
            var correction = TensorPrimitives.Dot(change, direction) / curvature;
            TensorPrimitives.MultiplyAdd(step, (float)(weights[i] - correction), direction, direction);
        }
    }

    private static void Remember(
        List<(float[] Step, float[] Change, double Curvature)> pairs, float[] point, float[] gradient, float[] nextPoint, float[] nextGradient)
    {
        var (step, change) = pairs.Count == History ? (pairs[0].Step, pairs[0].Change) : (new float[point.Length], new float[point.Length]);
        TensorPrimitives.Subtract(nextPoint, point, step);
        TensorPrimitives.Subtract(nextGradient, gradient, change);
        if (pairs.Count == History)
            pairs.RemoveAt(0);
        double curvature = TensorPrimitives.Dot(step, change);
        if (curvature > 1e-12)
            pairs.Add((step, change, curvature));
    }
}
