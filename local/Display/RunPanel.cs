using System.Globalization;
using Pipeline.Core.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pipeline.Local.Display;

/// <summary>A run as a few lines that are redrawn while it goes on.</summary>
internal static class RunPanel
{
    private const int BarWidth = 40;
    private static readonly RunState[] ValidationStages = [RunState.Validating, RunState.Validated];
    private static readonly RunState[] TrainingStages = [RunState.Validating, RunState.Queued, RunState.Training, RunState.Evaluating, RunState.Succeeded];

    /// <summary>Draws it.</summary>
    public static IRenderable Draw(RunRecord run, DateTimeOffset now)
    {
        var rows = new List<IRenderable>
        {
            new Markup($"[bold]{Markup.Escape(run.RunId)}[/]  [dim]{RunText.Clock(now - run.CreatedAt)}[/]"),
            new Markup(string.Join(" [dim]→[/] ", (run.Options.Mode == RunMode.Validate ? ValidationStages : TrainingStages).Select(stage => Stage(stage, run.State)))),
        };
        if (run.Sweep is { } sweep && !run.State.IsFinal())
            rows.Add(new Text(RunText.Sweep(sweep)));
        if (run.Progress is { TotalSteps: > 0 } progress && !run.State.IsFinal())
        {
            rows.Add(new Markup(Bar(progress)));
            rows.Add(new Text(RunText.Figures(progress)));
            if (RunText.Load(progress) is { Length: > 0 } load)
                rows.Add(new Text(load));
        }

        return new Padder(new Rows(rows), new Padding(2, 0));
    }

    private static string Stage(RunState stage, RunState now)
    {
        var name = stage.Name();
        if (stage == now)
            return $"[bold green]{name}[/]";
        return stage < now && !(now > RunState.Validated) ? $"[green]{name}[/]" : $"[dim]{name}[/]";
    }

    private static string Bar(TrainingProgress progress)
    {
        var share = Math.Clamp((double)progress.Step / progress.TotalSteps, 0, 1);
        var done = (int)Math.Round(share * BarWidth);
        return string.Create(CultureInfo.InvariantCulture,
            $"[green]{new string('━', done)}[/][dim]{new string('━', BarWidth - done)}[/] {share,4:P0}  step {progress.Step}/{progress.TotalSteps}");
    }
}
