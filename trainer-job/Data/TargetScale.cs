namespace Pipeline.Trainer.Data;

/// <summary>
/// How the numbers of a regression are standardised for training, whatever their units: less the training split's mean, over its
/// standard deviation. The published model gives numbers in the target's own units (<see cref="Modeling.SequenceClassifier.RescaleLogit"/>).
/// </summary>
/// <param name="Mean">What is taken off.</param>
/// <param name="Deviation">What is divided by; above 0.</param>
internal sealed record TargetScale(double Mean, double Deviation)
{
    /// <summary>Leaves numbers as they are.</summary>
    public static TargetScale None { get; } = new(0, 1);

    /// <summary>The square of the deviation: a mean squared error of so much is that of always answering the mean.</summary>
    public double Variance => Deviation * Deviation;

    /// <summary>The scale of a training split. Targets that are all the same have no deviation, and are not divided.</summary>
    public static TargetScale Of(IReadOnlyList<Example> train)
    {
        var mean = train.Average(e => (double)e.Target);
        var deviation = Math.Sqrt(train.Average(e => (e.Target - mean) * (e.Target - mean)));
        return new TargetScale(mean, deviation > 0 ? deviation : 1);
    }

    /// <summary>A target as training sees it.</summary>
    public float Standardize(float target) => (float)((target - Mean) / Deviation);

    /// <summary>What such a number stands for.</summary>
    public double Restore(float standardized) => standardized * Deviation + Mean;
}
