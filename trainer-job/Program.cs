using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Pipeline.Core.Messaging;
using Pipeline.Core.Storage;
using Pipeline.Trainer;
using Pipeline.Trainer.Jobs;

var once = new Option<bool>("--once") { Description = "Work on one message and exit (the default); exits with 0 when none comes in time." };
var watch = new Option<bool>("--watch") { Description = "Stay and work on message after message." };
var root = new RootCommand(
    "Trains the models that are asked for on the queue. Exit codes: 0 done, nothing to do, or stopped by SIGTERM; 1 the run failed; "
    + "2 wrong command line or configuration; 3 broken off, the message comes again; 130 stopped by Ctrl-C.") { once, watch };
root.SetAction(async (arguments, _) =>
{
    using var signals = new StopSignals();
    using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(console =>
    {
        console.SingleLine = true;
        console.TimestampFormat = "HH:mm:ss ";
    }));
    var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
    try
    {
        var options = configuration.GetSection(TrainerOptions.Section).Get<TrainerOptions>() ?? new TrainerOptions();
        var storage = (configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions()).CreateClient();
        var queueOptions = configuration.GetSection(QueueOptions.Section).Get<QueueOptions>() ?? new QueueOptions();
        await using var queue = TrainingQueueFactory.Create(queueOptions, TimeProvider.System, loggers);
        var job = new TrainingJob(storage, options, TimeProvider.System, loggers);
        var pump = new MessagePump(queue, job, options, loggers.CreateLogger<MessagePump>());
        var code = arguments.GetValue(watch) ? await pump.WatchAsync(signals.Token) : await pump.OnceAsync(signals.Token);
        return signals.Interrupted ? TrainerExitCodes.Interrupted : code;
    }
    catch (InvalidOperationException e)
    {
        loggers.CreateLogger("Pipeline.Trainer").LogError("{Message}", e.Message);
        return TrainerExitCodes.Usage;
    }
});
// The signals are ours: System.CommandLine would end the process two seconds after one.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
