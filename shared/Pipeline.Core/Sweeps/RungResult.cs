using Pipeline.Core.Runs;

namespace Pipeline.Core.Sweeps;

/// <summary>What a trial came to in a rung: its best epoch until then, on the validation split.</summary>
/// <param name="Epochs">Epochs it was trained in all.</param>
/// <param name="TotalEpochs">Epochs of its whole schedule.</param>
/// <param name="BestEpoch">The best of them, from 1.</param>
/// <param name="Validation">That epoch's figures.</param>
/// <param name="Loss">That epoch's loss: log loss (nats), or the mean squared error in the target's units.</param>
/// <param name="Score">What trials are compared by, as epochs are; higher is better. Among equals the lower <paramref name="Loss"/> wins.</param>
public sealed record RungResult(int Epochs, int TotalEpochs, int BestEpoch, HeadlineMetrics Validation, double? Loss, double Score);
