using System.Text.Json.Serialization;
using Pipeline.Core.Costs;
using Pipeline.Core.Runs;

namespace Pipeline.Core.Sweeps;

/// <summary>One trial of a sweep, kept in <c>runs/{run_id}/trials/{number}/trial.json</c>. Every write is conditional on the blob's ETag.</summary>
public sealed record TrialRecord
{
    /// <summary>The run that the trial is of.</summary>
    public required string RunId { get; init; }

    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    /// <summary>Where the trial stands.</summary>
    public required TrialState State { get; init; }

    /// <summary>The run's options with the values of this trial.</summary>
    public required RunOptions Options { get; init; }

    /// <summary>The rung it is in, from 0.</summary>
    public int Rung { get; init; }

    /// <summary>The last rung for which its message was sent, from 0. Behind <see cref="Rung"/>: the trainer that decided the rung before was killed before it sent.</summary>
    public int SentRung { get; init; }

    /// <summary>What it came to in each rung, from the first.</summary>
    public IReadOnlyList<RungResult> Results { get; set; } = [];

    /// <summary>When a trainer first took it.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The last sign of life of its trainer.</summary>
    public DateTimeOffset? HeartbeatAt { get; init; }

    /// <summary>When its message was last sent again because its trainer was silent; null where it never was.</summary>
    public DateTimeOffset? ResentAt { get; init; }

    /// <summary>How many trainers have taken it so far, in all rungs.</summary>
    public int Attempt { get; init; }

    /// <summary>Optimizer steps in its newest checkpoint when a trainer last took it.</summary>
    public int Milestone { get; init; }

    /// <summary>Trainers that have taken it since <see cref="Milestone"/> or <see cref="Rung"/> last rose.</summary>
    public int AttemptsWithoutProgress { get; init; }

    /// <summary>The trainer that works on it: a random id. A trainer that finds another's id here stops.</summary>
    public string? Owner { get; init; }

    /// <summary>The newest figures of its training loop.</summary>
    public TrainingProgress? Progress { get; init; }

    /// <summary>What its trainers have used so far, in all rungs; null before the first.</summary>
    public RunUsage? Usage { get; init; }

    /// <summary>Why it ended without a model.</summary>
    public RunFailure? Failure { get; init; }

    /// <summary>Whether nothing is left to do in a rung: it has its result, or has ended.</summary>
    public bool HasEnded(int rung) => Results.Count > rung || State.IsFinal();
}

/// <summary>Where a trial stands.</summary>
[JsonConverter(typeof(SnakeCaseEnum<TrialState>))]
public enum TrialState
{
    /// <summary>Its message is on the queue, or is about to be.</summary>
    Queued,

    /// <summary>A trainer holds its message and trains.</summary>
    Training,

    /// <summary>It has its result, and waits for the others of its rung.</summary>
    Waiting,

    /// <summary>Others were better: it does not go on.</summary>
    Stopped,

    /// <summary>It was trained to its end.</summary>
    Finished,

    /// <summary>Something broke for good; <see cref="TrialRecord.Failure"/> says what.</summary>
    Failed,
}

/// <summary>Questions asked of a <see cref="TrialState"/>.</summary>
public static class TrialStateExtensions
{
    /// <summary>True for the states that nothing follows.</summary>
    public static bool IsFinal(this TrialState state) => state is TrialState.Stopped or TrialState.Finished or TrialState.Failed;
}
