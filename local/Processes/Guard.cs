namespace Pipeline.Local.Processes;

/// <summary>
/// A shell script that stands between this program and a child, so that no child outlives it, however it ends.
/// The child's session leader waits on a pipe from here; when the pipe closes (we close it, or the kernel does because
/// we were killed) it sends SIGTERM to the child, and after the grace period SIGKILL to everything the child started.
/// (PR_SET_PDEATHSIG would not do: it fires when the thread that forked ends, and .NET forks on pool threads.)
/// </summary>
internal static class Guard
{
    // $1 is the grace period in seconds, the rest the program. Fd 3 is the pipe; the child must not inherit it.
    // The watcher gives up its stdout, or readers of the child's output would wait for the watcher too.
    private const string Script = """
        grace=$1; shift
        exec 3<&0 </dev/null
        "$@" 3<&- &
        child=$!
        {
          while read -r _ <&3; do :; done
          kill -TERM "$child"
          sleep "$grace"
          kill -KILL 0
        } >/dev/null 2>&1 &
        watcher=$!
        exec 3<&-
        wait "$child"
        code=$?
        kill -KILL "$watcher" 2>/dev/null
        exit "$code"
        """;

    /// <summary>The command line that runs a program under guard in a session of its own.</summary>
    public static (string FileName, IReadOnlyList<string> Arguments) Wrap(ProcessSpec spec) =>
        ("setsid", ["/bin/sh", "-c", Script, "guard", $"{Math.Ceiling(spec.StopTimeout.TotalSeconds)}", spec.FileName, .. spec.Arguments]);
}
