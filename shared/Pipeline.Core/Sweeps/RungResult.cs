using Pipeline.Core.Runs;

namespace Pipeline.Core.Sweeps;

/// <summary>What a trial came to in a rung: its best evaluation until then, on the validation split.</summary>
/// <param name="Epochs">Epochs it was trained in all.</param>
/// <param name="TotalEpochs">Epochs of its whole schedule.</param>
/// <param name="BestEpoch">Epochs done at the best evaluation.</param>
/// <param name="Validation">That evaluation's figures.</param>
/// <param name="Loss">That evaluation's loss: log loss (nats), or the mean squared error in the target's units.</param>
/// <param name="Score">What trials are compared by, as evaluations are; higher is better. Among equals the lower <paramref name="Loss"/> wins.</param>
public sealed record RungResult(int Epochs, int TotalEpochs, double BestEpoch, HeadlineMetrics Validation, double? Loss, double Score);
