namespace Pipeline.Modeling.Optimization;

/// <summary>Constants of <see cref="AdamW"/>, with the names and defaults of <c>torch.optim.AdamW</c>.</summary>
public sealed record AdamWOptions
{
    /// <summary>Step length before the schedule; above 0. Default 1e-3.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Decay of the mean of gradients, 0 to 1. Default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the mean of squared gradients, 0 to 1. Default 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the divisor. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decoupled weight decay of matrices; biases and norm weights (one dimension) have none. Default 0.01.</summary>
    public double WeightDecay { get; init; } = 0.01;
}
