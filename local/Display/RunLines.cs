using System.Globalization;
using Pipeline.Core.Runs;

namespace Pipeline.Local.Display;

/// <summary>Turns a run's news into lines for output that is no terminal: each state, each epoch, and a sign of life now and then.</summary>
internal sealed class RunLines(TimeProvider time)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);
    private readonly long _start = time.GetTimestamp();
    private long? _spokenAt;
    private RunState? _state;
    private bool _ingested;
    private string? _sweep;

    /// <summary>The lines to print after a look.</summary>
    public IEnumerable<string> For(RunRecord run)
    {
        if (run.State != _state)
        {
            _state = run.State;
            yield return Line(run.State.Name());
        }

        if (run.Ingest is { } ingest && !_ingested)
        {
            _ingested = true;
            yield return Line(RunText.Ingested(ingest));
        }

        if (run.Sweep is { } sweep && !run.State.IsFinal() && RunText.Sweep(sweep) is var text && text != _sweep)
        {
            _sweep = text;
            yield return Line(text);
        }

        if (run.Progress is { } p && !run.State.IsFinal() && (_spokenAt is not { } spoken || time.GetElapsedTime(spoken) >= Quiet))
        {
            _spokenAt = time.GetTimestamp();
            yield return Line((p.TotalSteps > 0 ? $"step {p.Step}/{p.TotalSteps}  " : "") + RunText.Figures(p));
        }
    }

    /// <summary>A line with the time since the start in front.</summary>
    public string Line(string text) =>
        string.Create(CultureInfo.InvariantCulture, $"  {time.GetElapsedTime(_start):m\\:ss}  {text}");
}
