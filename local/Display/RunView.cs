using Pipeline.Core.Runs;
using Pipeline.Local.Http;
using Spectre.Console;

namespace Pipeline.Local.Display;

/// <summary>Shows a run until it ends.</summary>
internal sealed class RunView(Screen screen, TimeProvider time)
{
    // Told as lines of their own; steps are in the figures, and states in the chain.
    private static readonly string[] ToldTypes = ["epoch", "evaluation", "warning", "promotion", "published", "trial", "sweep"];

    /// <summary>Follows the run on the screen.</summary>
    /// <returns>The run in its final state.</returns>
    public async Task<RunRecord> ShowAsync(IAsyncEnumerable<RunNews> news, CancellationToken cancellationToken) =>
        screen.IsInteractive ? await ShowLiveAsync(news, cancellationToken) : await PrintAsync(news, cancellationToken);

    private async Task<RunRecord> ShowLiveAsync(IAsyncEnumerable<RunNews> news, CancellationToken cancellationToken)
    {
        RunRecord? last = null;
        var told = new List<string>();
        await screen.Console.Live(new Text("  waiting for the function to take the file")).StartAsync(async live =>
        {
            await foreach (var look in news.WithCancellation(cancellationToken))
            {
                last = look.Run;
                told.AddRange(Told(look));
                live.UpdateTarget(new Rows([.. told.TakeLast(6).Select(line => new Text($"  {line}")), RunPanel.Draw(look.Run, time.GetUtcNow())]));
            }
        });
        return last!;
    }

    private async Task<RunRecord> PrintAsync(IAsyncEnumerable<RunNews> news, CancellationToken cancellationToken)
    {
        RunRecord? last = null;
        var lines = new RunLines(time);
        await foreach (var look in news.WithCancellation(cancellationToken))
        {
            last = look.Run;
            foreach (var line in Told(look).Select(lines.Line).Concat(lines.For(look.Run)))
                screen.Line(line);
        }

        return last!;
    }

    private static IEnumerable<string> Told(RunNews look) =>
        look.Events.Where(e => e.Message is not null && ToldTypes.Contains(e.Type)).Select(e => e.Trial is { } trial ? $"Trial {trial}: {e.Message}" : e.Message!);
}
