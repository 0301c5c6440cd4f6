namespace Pipeline.Modeling.Optimization;

/// <summary>The numbers of one step that are the same for every element.</summary>
internal readonly struct AdamWConstants(AdamWOptions options, double learningRate, long step, double gradientScale)
{
    public double Beta1 { get; } = options.Beta1;
    public double Beta2 { get; } = options.Beta2;
    public double Epsilon { get; } = options.Epsilon;
    public double LearningRate { get; } = learningRate;

    /// <summary>The gradient is multiplied by this.</summary>
    public double GradientScale { get; } = gradientScale;

    /// <summary>Learning rate over the bias correction of the mean.</summary>
    public double StepSize { get; } = learningRate / (1 - Math.Pow(options.Beta1, step));

    /// <summary>Root of the bias correction of the mean square.</summary>
    public double RootCorrection { get; } = Math.Sqrt(1 - Math.Pow(options.Beta2, step));

    /// <summary>What decoupled weight decay multiplies a parameter by.</summary>
    public double Shrink(double weightDecay) => 1 - LearningRate * weightDecay;
}
