using System.Text.Json;
using Pipeline.Core;

namespace Pipeline.Local.Hosting;

/// <summary>How the other commands reach a running pipeline; kept in <c>session.json</c> while it runs.</summary>
/// <param name="ProcessId">The process of <c>up</c> or <c>demo</c>.</param>
/// <param name="Api">Address of the HTTP API.</param>
/// <param name="StorageConnectionString">The storage emulator.</param>
/// <param name="StartedAt">When it was started (UTC).</param>
internal sealed record Session(int ProcessId, Uri Api, string StorageConnectionString, DateTimeOffset StartedAt)
{
    /// <summary>The session that runs on a state folder.</summary>
    /// <exception cref="LocalException">None runs.</exception>
    public static Session Running(StateFolder state)
    {
        if (!SessionLock.IsHeld(state))
            throw new LocalException(
                $"No local pipeline runs on {state.Root}.",
                "Start one in another terminal with: dotnet run --project local -- up   (or name its folder with --data DIR).");
        return Read(state) ?? throw new LocalException("The local pipeline is still starting.", "Wait until it says that it is ready, and run the command again.");
    }

    /// <summary>The session that runs on a state folder and is ready; null where none is.</summary>
    public static Session? Find(StateFolder state) => SessionLock.IsHeld(state) ? Read(state) : null;

    /// <summary>Writes the file whole.</summary>
    public void Save(StateFolder state)
    {
        var draft = Path.Combine(state.Root, "session.json.tmp");
        File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(this, PipelineJson.Indented));
        File.Move(draft, FileIn(state), overwrite: true);
    }

    /// <summary>Deletes the file.</summary>
    public static void Delete(StateFolder state) => File.Delete(FileIn(state));

    private static Session? Read(StateFolder state) =>
        File.Exists(FileIn(state)) ? JsonSerializer.Deserialize<Session>(File.ReadAllBytes(FileIn(state)), PipelineJson.Indented) : null;

    private static string FileIn(StateFolder state) => Path.Combine(state.Root, "session.json");
}
