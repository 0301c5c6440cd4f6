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

    /// <summary>Counts what this attempt uses; every write has the sum.</summary>
    UsageMeter Usage { get; }

    /// <summary>Writes progress and a fresh heartbeat.</summary>
    /// <exception cref="RunTakenException">It is no longer ours; nothing was written.</exception>
    Task BeatAsync(TrainingProgress progress, CancellationToken cancellationToken);

    /// <summary>Looks whether it is still ours, and writes nothing.</summary>
    /// <exception cref="RunTakenException">It is not.</exception>
    Task CheckAsync(CancellationToken cancellationToken);

    /// <summary>How many attempts in a row, this one included, have brought it no further: to no newer checkpoint and to no later part of the work.</summary>
    /// <exception cref="RunTakenException">It is no longer ours.</exception>
    Task<int> AttemptsWithoutProgressAsync(CancellationToken cancellationToken);

    /// <summary>Lets go of it: another trainer will go on.</summary>
    /// <param name="progress">The newest progress.</param>
    /// <param name="inGoodOrder">The trainer was told to stop: the attempt does not count as one that came to nothing.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RunTakenException">It is no longer ours; nothing was written.</exception>
    Task GiveBackAsync(TrainingProgress progress, bool inGoodOrder, CancellationToken cancellationToken);

    /// <summary>Ends it without a result.</summary>
    /// <exception cref="RunTakenException">It is no longer ours; nothing was written.</exception>
    Task FailAsync(RunFailure failure, TrainingProgress progress, CancellationToken cancellationToken);
}
