namespace Pipeline.Core.Metrics;

/// <summary>The percentile bootstrap of <see cref="Bootstrap"/> for models that give numbers.</summary>
public static class RegressionBootstrap
{
    /// <summary>Intervals of two models on the same examples, and of their difference with both on the same draws (paired).</summary>
    /// <param name="model">What the model answered.</param>
    /// <param name="baseline">What the baseline answered, of the same examples in the same order.</param>
    /// <param name="seed">Of the draws.</param>
    /// <exception cref="ArgumentException">Not the same examples.</exception>
    public static RegressionIntervals Compare(RegressionScore model, RegressionScore baseline, int seed)
    {
        if (!model.Targets.SequenceEqual(baseline.Targets))
            throw new ArgumentException("The two have answered other examples, or in another order.", nameof(baseline));
        var (errors, others) = (model.Errors(), baseline.Errors());
        var (a, b) = (new Figures[Bootstrap.Resamples], new Figures[Bootstrap.Resamples]);
        Parallel.For(0, Bootstrap.Resamples, resample =>
        {
            var draws = Bootstrap.Draw(errors.Length, seed, resample);
            (a[resample], b[resample]) = (Figures.Of(draws.Select(i => errors[i])), Figures.Of(draws.Select(i => others[i])));
        });
        var (wholeA, wholeB) = (Figures.Of(errors), Figures.Of(others));
        return new RegressionIntervals(
            Bootstrap.Level, Bootstrap.Resamples, Of(wholeA, a), Of(wholeB, b), Of(wholeA - wholeB, [.. a.Zip(b, (x, y) => x - y)]));
    }

    private static ErrorIntervals Of(Figures whole, Figures[] resampled) => new(
        Bootstrap.Of(whole.Rmse, resampled.Select(f => f.Rmse)), Bootstrap.Of(whole.Mae, resampled.Select(f => f.Mae)));

    private readonly record struct Figures(double Rmse, double Mae)
    {
        public static Figures operator -(Figures a, Figures b) => new(a.Rmse - b.Rmse, a.Mae - b.Mae);

        public static Figures Of(IEnumerable<double> errors)
        {
            var (squares, sizes, count) = (0.0, 0.0, 0);
            foreach (var error in errors)
            {
                squares += error * error;
                sizes += Math.Abs(error);
                count++;
            }

            return new Figures(Math.Sqrt(squares / count), sizes / count);
        }
    }
}
