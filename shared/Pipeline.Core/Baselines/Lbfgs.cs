namespace Pipeline.Core.Baselines;

/// <summary>A function to be minimised.</summary>
/// <param name="point">Where.</param>
/// <param name="gradient">Filled with the gradient there.</param>
/// <returns>The value there.</returns>
internal delegate double Objective(float[] point, float[] gradient);

/// <summary>
/// Limited-memory BFGS with backtracking (Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 3.1). The inverse
/// Hessian begins as a diagonal that the caller knows, times a factor that fits the last step.
/// </summary>
internal static class Lbfgs
{
    private const int History = 5;
    private const double SufficientDecrease = 1e-4;

    /// <summary>Moves a point to a minimum of a convex function.</summary>
    /// <param name="point">The start; the minimum afterwards.</param>
    /// <param name="objective">The function.</param>
    /// <param name="precondition">Divides a vector by about the diagonal of the Hessian.</param>
    /// <param name="maxIterations">Ends after so many steps even if not converged.</param>
    /// <param name="tolerance">Ends when a step lowers the value by less than this share of it.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    public static void Minimise(float[] point, Objective objective, Action<float[]> precondition, int maxIterations, double tolerance, CancellationToken cancellationToken = default)
    {
        var (gradient, nextPoint, nextGradient, direction) = (new float[point.Length], new float[point.Length], new float[point.Length], new float[point.Length]);
        var pairs = new List<(float[] Step, float[] Change, double Curvature)>();
        var value = objective(point, gradient);
        for (var iteration = 0; iteration < maxIterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Descend(gradient, pairs, precondition, direction, scratch: nextPoint);
            var slope = Vectors.Dot(gradient, direction);
            if (slope >= 0)
                return;

            // Quasi-Newton steps have about the right length.
            double length = 1;
            double nextValue;
            while (true)
            {
                Vectors.MultiplyAdd(direction, length, point, nextPoint);
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
            (gradient, nextGradient) = (nextGradient, gradient);
            value = nextValue;
            if (converged)
                return;
        }
    }

    /// <summary>The two-loop recursion: direction = −H · gradient.</summary>
    private static void Descend(
        float[] gradient, List<(float[] Step, float[] Change, double Curvature)> pairs, Action<float[]> precondition, float[] direction, float[] scratch)
    {
        gradient.CopyTo(direction, 0);
        Vectors.Scale(direction, -1);
        var weights = new double[pairs.Count];
        for (var i = pairs.Count - 1; i >= 0; i--)
        {
            var (step, change, curvature) = pairs[i];
            weights[i] = Vectors.Dot(step, direction) / curvature;
            Vectors.MultiplyAdd(change, -weights[i], direction, direction);
        }

        precondition(direction);
        if (pairs.Count > 0)
        {
            var (_, change, curvature) = pairs[^1];
            change.CopyTo(scratch, 0);
            precondition(scratch);
            Vectors.Scale(direction, curvature / Vectors.Dot(change, scratch));
        }

        for (var i = 0; i < pairs.Count; i++)
        {
            var (step, change, curvature) = pairs[i];
            var correction = Vectors.Dot(change, direction) / curvature;
            Vectors.MultiplyAdd(step, weights[i] - correction, direction, direction);
        }
    }

    private static void Remember(
        List<(float[] Step, float[] Change, double Curvature)> pairs, float[] point, float[] gradient, float[] nextPoint, float[] nextGradient)
    {
        var (step, change) = pairs.Count == History ? (pairs[0].Step, pairs[0].Change) : (new float[point.Length], new float[point.Length]);
        Vectors.Subtract(nextPoint, point, step);
        Vectors.Subtract(nextGradient, gradient, change);
        if (pairs.Count == History)
            pairs.RemoveAt(0);
        var curvature = Vectors.Dot(step, change);
        if (curvature > 1e-12)
            pairs.Add((step, change, curvature));
    }
}
