using Pipeline.Core.Runs;

namespace Pipeline.Trainer.Jobs;

/// <summary>A trainer's hold on what it works on. Every write checks that no other trainer, and no person, has taken it away.</summary>
internal interface IHold
{
    /// <summary>The run that it is, or belongs to.</summary>
    string RunId { get; }

    /// <summary>The trial of a sweep that it is, from 1; null for a run.</summary>
    int? Trial { get; }

    /// <summary>What a sentence calls it.</summary>
    string Name { get; }

    /// <summary>Writes progress and a fresh heartbeat.</summary>
    /// <exception cref="RunTakenException">It is no longer ours; nothing was written.</exception>
    Task BeatAsync(TrainingProgress progress, CancellationToken cancellationToken);

    /// <summary>Lets go of it: another trainer will go on.</summary>
    /// <exception cref="RunTakenException">It is no longer ours; nothing was written.</exception>
    Task GiveBackAsync(TrainingProgress progress, CancellationToken cancellationToken);

    /// <summary>Ends it without a result.</summary>
    /// <exception cref="RunTakenException">It is no longer ours; nothing was written.</exception>
    Task FailAsync(RunFailure failure, TrainingProgress progress, CancellationToken cancellationToken);
}
