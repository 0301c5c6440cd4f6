using System.CommandLine;
using System.Globalization;
using Pipeline.Local.Demo;
using Pipeline.Local.Hosting;

namespace Pipeline.Local.Cli;

/// <summary><c>demo</c>: from nothing to a spam filter that answers over HTTP.</summary>
internal static class DemoCommand
{
    // A demo starts from nothing each time, unless the user names a folder of their own.
    private const string FreshFolder = "demo";

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var (data, port, containers, azurite) = (CommonOptions.Data(), CommonOptions.Port(), CommonOptions.Containers(), CommonOptions.Azurite());
        var exit = new Option<bool>("--exit") { Description = "End after the demo, with exit code 0 only if the model earned it." };
        var command = new Command("demo", "Runs the pipeline, trains a spam filter on 5,900 real mails and tries it.") { data, port, containers, azurite, exit };
        command.SetAction(CommandContext.Action(async (arguments, context) =>
        {
            var start = context.Time.GetTimestamp();
            var fresh = arguments.GetValue(data) is null ? FreshFolder : null;
            using var lease = StateLease.Take(CommonOptions.State(arguments, data), fresh, context.Screen, context.Time);
            var options = new PipelineOptions
            {
                State = lease.State,
                Port = arguments.GetValue(port),
                Containers = arguments.GetValue(containers),
                Azurite = arguments.GetValue(azurite),
            };
            context.Screen.Heading("Starting the pipeline");
            var (pipeline, dataset) = await StartAsync(options, lease.Log, context);
            await using (pipeline)
            {
                lease.Announce(pipeline, context.Time);
                var passed = await new DemoRun(pipeline, context.Screen, context.Time).RunAsync(dataset, context.Shutdown.Token);
                context.Screen.Line(string.Create(CultureInfo.InvariantCulture, $"From start to answer: {context.Time.GetElapsedTime(start):m\\:ss} minutes."));
                if (!passed)
                    context.Screen.Warning($"The demo did not do what it promises. The log: {lease.Log.Path}");
                if (!arguments.GetValue(exit))
                    await StayAsync(pipeline, lease.Log, context);
                return passed ? 0 : 1;
            }
        }));
        return command;
    }

    // The mails are fetched while the parts start.
    private static async Task<(LocalPipeline, DemoDataset)> StartAsync(PipelineOptions options, PipelineLog log, CommandContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.Shutdown.Token);
        var mails = context.Screen.StepAsync("mails", () => DemoDataset.PrepareAsync(Path.Combine(options.State.Root, "spam.csv"), log, stop.Token));
        LocalPipeline? pipeline = null;
        try
        {
            pipeline = await LocalPipeline.StartAsync(options, context.Screen, log, context.Time, stop.Token);
            return (pipeline, await mails);
        }
        catch
        {
            await stop.CancelAsync();
            await ((Task)mails).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (pipeline is not null)
                await pipeline.DisposeAsync();
            throw;
        }
    }

    private static async Task StayAsync(LocalPipeline pipeline, PipelineLog log, CommandContext context)
    {
        context.Screen.Heading("The pipeline stays up. Ctrl-C stops it. Try, in another terminal:");
        context.Screen.Line($"  {DemoTalk.Curl(pipeline.Api, DemoRun.Model)}");
        context.Screen.Line("  dotnet run --project local -- upload FILE --wait");
        context.Screen.Line($"Log: {log.Path}");
        await context.Shutdown.WaitAsync();
        context.Screen.Line("Stopping.");
    }
}
