using System.CommandLine;
using Pipeline.Local.Hosting;

namespace Pipeline.Local.Cli;

/// <summary><c>up</c>: runs the pipeline until Ctrl-C.</summary>
internal static class UpCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var (data, port, containers, trainers, azurite) = (CommonOptions.Data(), CommonOptions.Port(), CommonOptions.Containers(), CommonOptions.Trainers(), CommonOptions.Azurite());
        var command = new Command("up", "Runs the whole pipeline on this machine until Ctrl-C.") { data, port, containers, trainers, azurite };
        command.SetAction(CommandContext.Action(async (arguments, context) =>
        {
            using var lease = StateLease.Take(CommonOptions.State(arguments, data), freshFolder: null, context.Screen, context.Time);
            var options = new PipelineOptions
            {
                State = lease.State,
                Port = arguments.GetValue(port),
                Containers = arguments.GetValue(containers),
                Trainers = arguments.GetValue(trainers),
                Azurite = arguments.GetValue(azurite),
            };
            await using var pipeline = await LocalPipeline.StartAsync(options, context.Screen, lease.Log, context.Time, context.Shutdown.Token);
            lease.Announce(pipeline, context.Time);
            context.Screen.Heading("The pipeline is up. Ctrl-C stops it.");
            context.Screen.Line($"  Train on your own file:  dotnet run --project local -- upload FILE --wait");
            context.Screen.Line($"  API:                     {pipeline.Api}api/runs");
            context.Screen.Line($"  Storage:                 {pipeline.StorageConnectionString}");
            context.Screen.Line($"  Log:                     {lease.Log.Path}");
            await context.Shutdown.WaitAsync();
            context.Screen.Line("Stopping; a training run that is under way goes on at the next start.");
            return 0;
        }));
        return command;
    }
}
