namespace Pipeline.Core.Sweeps;

/// <summary>Who goes on after a rung, kept in <c>runs/{run_id}/sweep/rung-{rung}.json</c>. Written once: the first to decide has decided.</summary>
/// <param name="Rung">The rung, from 0.</param>
/// <param name="Ranking">Numbers of its trials, the best first; those that failed come last.</param>
/// <param name="Survivors">Those that go on; after the last rung the one that is published. Empty where all failed.</param>
/// <param name="DecidedBy">
/// The trial whose message's receiver acts on the decision: sends the next rung's messages, or publishes. Where it is killed, that
/// message comes again, and its next receiver does.
/// </param>
public sealed record RungDecision(int Rung, IReadOnlyList<int> Ranking, IReadOnlyList<int> Survivors, int DecidedBy)
{
    /// <summary>Decides a rung.</summary>
    /// <param name="rung">The rung, from 0.</param>
    /// <param name="halving">How many go on.</param>
    /// <param name="trials">The trials of the rung, each with its result or failed.</param>
    /// <param name="decidedBy">The trial whose message is held.</param>
    public static RungDecision Of(int rung, Halving halving, IEnumerable<TrialRecord> trials, int decidedBy)
    {
        // Among equals of score and loss the lower number wins, so that the order of arrival decides nothing.
        TrialRecord[] ranking =
        [
            .. trials.OrderBy(t => t.State == TrialState.Failed)
                .ThenByDescending(t => t.Results.ElementAtOrDefault(rung)?.Score)
                .ThenBy(t => t.Results.ElementAtOrDefault(rung)?.Loss)
                .ThenBy(t => t.Number),
        ];
        var size = rung == halving.Rungs - 1 ? 1 : halving.Size(rung + 1);
        return new RungDecision(
            rung,
            [.. ranking.Select(t => t.Number)],
            [.. ranking.Where(t => t.State != TrialState.Failed).Take(size).Select(t => t.Number)],
            decidedBy);
    }

    /// <inheritdoc/>
    public bool Equals(RungDecision? other) =>
        other is not null && Rung == other.Rung && DecidedBy == other.DecidedBy && Ranking.SequenceEqual(other.Ranking) && Survivors.SequenceEqual(other.Survivors);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rung, DecidedBy, Ranking.Count, Survivors.Count);
}
