using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Pipeline.Core.Costs;
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
    TrainerOptions options;
    RateOptions rates;
    BlobServiceClient storage;
    ITrainingQueue queue;
    try
    {
        options = Section<TrainerOptions>(TrainerOptions.Section);
        rates = Section<RateOptions>(RateOptions.Section);
        storage = Section<StorageOptions>(StorageOptions.Section).CreateClient();
        queue = TrainingQueueFactory.Create(Section<QueueOptions>(QueueOptions.Section), TimeProvider.System, loggers);
    }
    catch (Exception e) when (e is InvalidOperationException or ValidationException or FormatException)
    {
        loggers.CreateLogger("Pipeline.Trainer").LogError("{Message}", e.Message);
        return TrainerExitCodes.Usage;
    }

    await using (queue)
    {
        var watches = arguments.GetValue(watch);
        // A container for one message is held from its start on.
        DateTimeOffset? started = watches ? null : Process.GetCurrentProcess().StartTime;
        var job = new TrainingJob(storage, queue, options, TimeProvider.System, loggers, rates, started);
        var pump = new MessagePump(queue, job, options, loggers.CreateLogger<MessagePump>());
        var code = watches ? await pump.WatchAsync(signals.Token) : await pump.OnceAsync(signals.Token);
        return signals.Interrupted ? TrainerExitCodes.Interrupted : code;
    }

    T Section<T>(string name) where T : class, new()
    {
        var section = configuration.GetSection(name).Get<T>() ?? new T();
        Validator.ValidateObject(section, new ValidationContext(section), validateAllProperties: true);
        return section;
    }
});
// The signals are ours: System.CommandLine would end the process two seconds after one.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
