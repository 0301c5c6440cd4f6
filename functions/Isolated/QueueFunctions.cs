using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.Envelope;
using Pipeline.Functions.Triggers;

namespace Pipeline.Functions.Isolated;

/// <summary>The functions that a message of a queue starts.</summary>
/// <param name="services">The app's services.</param>
public sealed class QueueFunctions(IServiceProvider services)
{
    private const string Connection = "ServiceBus";

    /// <summary>Works on a part of a dataset.</summary>
    [Function(nameof(IngestPart))]
    public Task IngestPart([ServiceBusTrigger("ingest-parts", Connection = Connection)] string message, FunctionContext context) =>
        RunAsync(MessageFunctions.IngestPart, message, context);

    /// <summary>Gives up a part that no delivery could do.</summary>
    [Function(nameof(GiveUpPart))]
    public Task GiveUpPart([ServiceBusTrigger("ingest-parts/$DeadLetterQueue", Connection = Connection)] string message, FunctionContext context) =>
        RunAsync(MessageFunctions.GiveUpPart, message, context);

    /// <summary>Classifies a slice of a file.</summary>
    [Function(nameof(ScoreFile))]
    public Task ScoreFile([ServiceBusTrigger("inbox-files", Connection = Connection)] string message, FunctionContext context) =>
        RunAsync(MessageFunctions.ScoreFile, message, context);

    /// <summary>Gives up a file that no delivery could do.</summary>
    [Function(nameof(GiveUpFile))]
    public Task GiveUpFile([ServiceBusTrigger("inbox-files/$DeadLetterQueue", Connection = Connection)] string message, FunctionContext context) =>
        RunAsync(MessageFunctions.GiveUpFile, message, context);

    /// <summary>Ends the run of a training request that no delivery could do.</summary>
    [Function(nameof(GiveUpRun))]
    public Task GiveUpRun([ServiceBusTrigger("training-requests/$DeadLetterQueue", Connection = Connection)] string message, FunctionContext context) =>
        RunAsync(MessageFunctions.GiveUpRun, message, context);

    private Task RunAsync(MessageFunction function, string message, FunctionContext context) =>
        function.RunAsync(() => Task.FromResult(Invocation.Of(MessageFunction.Binding, message, context.BindingContext.BindingData)), services);
}
