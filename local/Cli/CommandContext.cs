using System.CommandLine;
using Pipeline.Local.Display;
using Spectre.Console;

namespace Pipeline.Local.Cli;

/// <summary>What a command is given besides its arguments.</summary>
/// <param name="Screen">The terminal.</param>
/// <param name="Time">The clock.</param>
/// <param name="Shutdown">The user's wish to stop.</param>
internal sealed record CommandContext(Screen Screen, TimeProvider Time, Shutdown Shutdown)
{
    /// <summary>Makes the action of a command: failures that the user can put right are shown as such, and not as a stack trace.</summary>
    public static Func<ParseResult, CancellationToken, Task<int>> Action(Func<ParseResult, CommandContext, Task<int>> run) => async (arguments, _) =>
    {
        using var shutdown = new Shutdown();
        var screen = new Screen(AnsiConsole.Console);
        try
        {
            return await run(arguments, new CommandContext(screen, TimeProvider.System, shutdown));
        }
        catch (LocalException e)
        {
            screen.Error(e.Message, e.Fix);
            return 1;
        }
        catch (OperationCanceledException) when (shutdown.Token.IsCancellationRequested)
        {
            return 130; // what a shell reports for a program that Ctrl-C ended
        }
    };
}
