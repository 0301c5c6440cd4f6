using System.CommandLine;
using Pipeline.Core.Runs;
using Pipeline.Local.Hosting;
using Pipeline.Local.Http;

namespace Pipeline.Local.Cli;

/// <summary><c>cancel</c>: ends a run of the running pipeline.</summary>
internal static class CancelCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var data = CommonOptions.Data();
        var run = new Argument<string>("RUN") { Description = "The run's id, as upload and status show it." };
        var reason = new Option<string?>("--reason") { Description = "Why; stands in the run record.", HelpName = "TEXT" };
        var command = new Command("cancel", "Ends a run of the running pipeline.") { run, reason, data };
        command.SetAction(CommandContext.Action(async (arguments, context) =>
        {
            using var client = new PipelineClient(Session.Running(CommonOptions.State(arguments, data)).Api);
            var ended = await client.CancelRunAsync(arguments.GetRequiredValue(run), Environment.UserName, arguments.GetValue(reason), context.Shutdown.Token);
            context.Screen.Line($"The run {ended.RunId} is {ended.State.Name()}.");
            return 0;
        }));
        return command;
    }
}
