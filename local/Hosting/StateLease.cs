using Pipeline.Local.Display;

namespace Pipeline.Local.Hosting;

/// <summary>A state folder while this process runs a pipeline on it: locked, with an open log, and findable by the other commands.</summary>
internal sealed class StateLease : IDisposable
{
    private readonly SessionLock _lock;
    private readonly StateFolder _found;

    private StateLease(SessionLock held, StateFolder found, StateFolder state, PipelineLog log) =>
        (_lock, _found, State, Log) = (held, found, state, log);

    /// <summary>Where the pipeline's state goes.</summary>
    public StateFolder State { get; }

    /// <summary>Where its parts speak.</summary>
    public PipelineLog Log { get; }

    /// <summary>Takes a folder.</summary>
    /// <param name="found">The folder in which other commands look for the pipeline.</param>
    /// <param name="freshFolder">Name of a folder inside that is emptied and takes the state; null: the folder itself, with what it holds.</param>
    /// <param name="screen">Shows the log's notices.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="LocalException">Another pipeline runs on it.</exception>
    public static StateLease Take(StateFolder found, string? freshFolder, Screen screen, TimeProvider time)
    {
        var held = SessionLock.Take(found);
        try
        {
            var state = freshFolder is null ? found : found.Fresh(freshFolder);
            var log = new PipelineLog(state.Log, time);
            log.Notice += screen.Warning;
            return new StateLease(held, found, state, log);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Lets other commands find the pipeline.</summary>
    public void Announce(LocalPipeline pipeline, TimeProvider time) =>
        new Session(Environment.ProcessId, pipeline.Api, pipeline.StorageConnectionString, time.GetUtcNow()).Save(_found);

    public void Dispose()
    {
        Session.Delete(_found);
        Log.Dispose();
        _lock.Dispose();
    }
}
