namespace Pipeline.Core.Metrics;

/// <summary>How far probabilities can be taken at their word.</summary>
public static class Calibration
{
    /// <summary>Bins of equal width that <see cref="ExpectedError"/> sorts probabilities into.</summary>
    public const int Bins = 15;

    /// <summary>
    /// The expected calibration error (Guo et al., On Calibration of Modern Neural Networks, 2017): the mean, over bins of the
    /// probability of the answer, of the distance between that probability and the share of right answers, each bin counted by its
    /// examples. With several labels the bins are of the probability of each label of each example, beside the share that has it.
    /// </summary>
    /// <returns>0 to 1.</returns>
    public static double ExpectedError(Predictions predictions)
    {
        var (sums, right, counts) = (new double[Bins], new long[Bins], new long[Bins]);
        var row = new double[predictions.Labels.Count];
        for (var example = 0; example < predictions.Count; example++)
        {
            predictions.Probabilities(example, row);
            var actual = predictions.Actual(example);
            if (predictions.IsMultiLabel)
            {
                for (var label = 0; label < row.Length; label++)
                    Add(row[label], actual.Contains(label));
            }
            else
            {
                var answer = predictions.Predicted(example)[0];
                Add(row[answer], actual[0] == answer);
            }
        }

        return Enumerable.Range(0, Bins).Sum(bin => Math.Abs(sums[bin] - right[bin])) / counts.Sum();

        void Add(double probability, bool isRight)
        {
            // Bins are open below and closed above, as in the paper.
            var bin = Math.Clamp((int)Math.Ceiling(probability * Bins) - 1, 0, Bins - 1);
            sums[bin] += probability;
            counts[bin]++;
            if (isRight)
                right[bin]++;
        }
    }

    /// <summary>
    /// The Brier score: the mean squared distance of the probabilities from 1 for what is right and 0 for what is not. With one label
    /// an example it is summed over the classes, and halved where there are two, as scikit-learn does; with several it is the mean
    /// over all labels of all examples.
    /// </summary>
    /// <returns>From 0; at most 2, or 1 where there are two classes or several labels an example.</returns>
    public static double BrierScore(Predictions predictions)
    {
        double sum = 0;
        var row = new double[predictions.Labels.Count];
        for (var example = 0; example < predictions.Count; example++)
        {
            predictions.Probabilities(example, row);
            foreach (var label in predictions.Actual(example))
                row[label]--;
            foreach (var distance in row)
                sum += distance * distance;
        }

        return sum / predictions.Count / (predictions.IsMultiLabel || row.Length == 2 ? row.Length : 1);
    }
}
