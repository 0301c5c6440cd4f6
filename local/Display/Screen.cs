using System.Diagnostics;
using Spectre.Console;

namespace Pipeline.Local.Display;

/// <summary>The terminal: lines that also read well where output goes to a file.</summary>
internal sealed class Screen
{
    // A file has no width; lines in it are not wrapped.
    private const int FileWidth = 1000;

    /// <summary>Draws on a console.</summary>
    public Screen(IAnsiConsole console)
    {
        Console = console;
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = FileWidth;
    }

    /// <summary>Where tables and the like are drawn.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>True where a line may be drawn over.</summary>
    public bool IsInteractive => Console.Profile.Capabilities.Interactive && Console.Profile.Out.IsTerminal;

    /// <summary>Does a step of the preparation and says how long it took.</summary>
    public async Task<T> StepAsync<T>(string what, Func<Task<(string Outcome, T Value)>> step)
    {
        var clock = Stopwatch.StartNew();
        var (outcome, value) = await step();
        Console.MarkupLineInterpolated($"  [green]ok[/] {what,-18} {outcome} [dim]({clock.Elapsed.TotalSeconds:0.0} s)[/]");
        return value;
    }

    /// <summary>A line.</summary>
    public void Line(string text = "") => Console.WriteLine(text);

    /// <summary>A line that stands out.</summary>
    public void Heading(string text) => Console.MarkupLineInterpolated($"\n[bold]{text}[/]");

    /// <summary>Something to take notice of.</summary>
    public void Warning(string text) => Console.MarkupLineInterpolated($"[yellow]{text}[/]");

    /// <summary>What went wrong and what to do.</summary>
    public void Error(string message, string? fix)
    {
        Console.MarkupLineInterpolated($"[red]Error:[/] {message}");
        if (fix is not null)
            Console.MarkupLineInterpolated($"[bold]Fix:[/] {fix}");
    }
}
