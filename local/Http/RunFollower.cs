using System.Runtime.CompilerServices;
using Pipeline.Core.Runs;

namespace Pipeline.Local.Http;

/// <summary>What is new about a run since the last look.</summary>
/// <param name="Run">The run as it stands.</param>
/// <param name="Events">Events since the last look.</param>
internal sealed record RunNews(RunRecord Run, IReadOnlyList<RunEvent> Events);

/// <summary>Follows a run over the HTTP API until it ends.</summary>
internal sealed class RunFollower(PipelineClient client, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>A run must appear within this after its upload.</summary>
    public static TimeSpan AppearsWithin { get; } = TimeSpan.FromMinutes(2);

    /// <summary>The run each time it was looked at; the last one is in a final state.</summary>
    /// <exception cref="LocalException">It does not appear.</exception>
    public async IAsyncEnumerable<RunNews> FollowAsync(string runId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var offset = 0L;
        while (true)
        {
            var run = await client.FindRunAsync(runId, cancellationToken);
            if (run is null && time.GetElapsedTime(start) > AppearsWithin)
                throw new LocalException(
                    $"The run {runId} has not appeared {AppearsWithin.TotalSeconds:0} s after the upload.",
                    "It may stand in line behind other uploads. If not, the log file of the local pipeline says why the function IngestDataset did not take it.");
            if (run is not null)
            {
                (var events, offset) = await client.ReadEventsAsync(runId, offset, cancellationToken);
                yield return new RunNews(run, events);
                if (run.State.IsFinal())
                    yield break;
            }

            await Task.Delay(Interval, time, cancellationToken);
        }
    }
}
