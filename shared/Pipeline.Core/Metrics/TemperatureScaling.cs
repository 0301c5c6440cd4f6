using System.Globalization;

namespace Pipeline.Core.Metrics;

/// <summary>
/// Temperature scaling (Guo et al., On Calibration of Modern Neural Networks, 2017): all scores are divided by one number, which
/// lowers the log loss on the validation split as far as one number can and changes no answer. With several labels it is one
/// number too, for the binary cross-entropy of all of them.
/// </summary>
public static class TemperatureScaling
{
    /// <summary>A temperature is between this and <see cref="Highest"/>; at an end the fit is refused.</summary>
    public const double Lowest = 0.1;

    /// <summary>See <see cref="Lowest"/>.</summary>
    public const double Highest = 10;

    /// <summary>Fewer examples say too little.</summary>
    public const int FewestExamples = 50;

    /// <summary>Fits the temperature.</summary>
    /// <param name="validation">Predictions that were not trained on.</param>
    /// <returns>The temperature, or null and why there is none.</returns>
    public static (double? Temperature, string? Refused) Fit(Predictions validation)
    {
        if (validation.Count < FewestExamples)
            return (null, $"{validation.Count} validation texts are too few to fit a temperature on; it takes {FewestExamples}.");
        // The loss is convex in β = 1 / T: its slope only rises.
        double low = 1 / Highest, high = 1 / Lowest;
        var slope = Slope(validation, low).First;
        if (!double.IsFinite(slope))
            return (null, "Some scores of the validation split are not numbers.");
        if (slope >= 0)
            return (null, Say($"The temperature that fits best is above {Highest}: the probabilities say next to nothing."));
        if (Slope(validation, high).First <= 0)
            return (null, Say($"The temperature that fits best is below {Lowest}: there is hardly a mistake on the {validation.Count} validation texts to fit it on."));
        double beta = 1;
        for (var step = 0; step < 100 && high - low > 1e-9; step++)
        {
            var (first, second) = Slope(validation, beta);
            (low, high) = first < 0 ? (beta, high) : (low, beta);
            // Newton's step, and the middle where it leaves the interval.
            var next = beta - first / second;
            next = next > low && next < high ? next : (low + high) / 2;
            if (Math.Abs(next - beta) < 1e-9)
                break;
            beta = next;
        }

        return (1 / beta, null);
    }

    /// <summary>First and second derivative of the log loss, summed over the examples, by β.</summary>
    private static (double First, double Second) Slope(Predictions predictions, double beta)
    {
        double first = 0, second = 0;
        for (var example = 0; example < predictions.Count; example++)
        {
            var scores = predictions.Scores(example);
            foreach (var label in predictions.Actual(example))
                first -= scores[label];
            var (mean, variance) = predictions.IsMultiLabel ? Sigmoids(scores, beta) : Softmax(scores, beta);
            (first, second) = (first + mean, second + variance);
        }

        return (first, second);
    }

    // Mean and variance of the scores under their softmax.
    private static (double Mean, double Variance) Softmax(ReadOnlySpan<float> scores, double beta)
    {
        double highest = float.NegativeInfinity, sum = 0, mean = 0, square = 0;
        foreach (var score in scores)
            highest = Math.Max(highest, score);
        foreach (var score in scores)
        {
            // Relative to the highest, so that nothing overflows and nothing cancels.
            double distance = score - highest, weight = Math.Exp(beta * distance);
            sum += weight;
            mean += weight * distance;
            square += weight * distance * distance;
        }

        mean /= sum;
        return (highest + mean, square / sum - mean * mean);
    }

    private static (double First, double Second) Sigmoids(ReadOnlySpan<float> scores, double beta)
    {
        double first = 0, second = 0;
        foreach (var score in scores)
        {
            var p = 1 / (1 + Math.Exp(-beta * score));
            first += p * score;
            second += p * (1 - p) * score * score;
        }

        return (first, second);
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
