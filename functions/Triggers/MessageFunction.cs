using Pipeline.Functions.Api;
using Pipeline.Functions.Envelope;

namespace Pipeline.Functions.Triggers;

/// <summary>A function that a message of a queue starts, whichever host calls it.</summary>
internal abstract class MessageFunction(string name)
{
    /// <summary>The binding's name in <c>function.json</c>, and the parameter's in the isolated worker.</summary>
    public const string Binding = "message";

    /// <summary>The function's name.</summary>
    public string Name { get; } = name;

    /// <summary>Works on a message as the host sends it.</summary>
    /// <param name="receive">Reads what the host sent.</param>
    /// <param name="services">The app's services.</param>
    /// <returns>A sentence for the invocation's log.</returns>
    /// <exception cref="RefusedRequestException">
    /// The message cannot be read, or the work failed; a failed invocation makes the broker deliver the message again.
    /// </exception>
    public abstract Task<string> RunAsync(Func<Task<Invocation>> receive, IServiceProvider services);
}

/// <summary>The same for one kind of message.</summary>
/// <param name="name">The function's name.</param>
/// <param name="example">A message, as it stands in a JSON string.</param>
/// <param name="read">Reads the message; throws <see cref="EnvelopeException"/> where it is none.</param>
/// <param name="handle">Does the work.</param>
internal sealed class MessageFunction<TMessage>(
    string name, string example, Func<Invocation, TMessage> read, Func<IServiceProvider, TMessage, CancellationToken, Task<string>> handle) : MessageFunction(name)
    where TMessage : IQueueMessage
{
    /// <summary>Whether the messages are those that their own queue gave up.</summary>
    public bool IsDeadLetter { get; init; }

    /// <inheritdoc/>
    public override async Task<string> RunAsync(Func<Task<Invocation>> receive, IServiceProvider services)
    {
        var logger = services.LoggerOf(Name);
        var text = "";
        try
        {
            var invocation = await receive();
            text = invocation.Text(Binding);
            var message = read(invocation);
            var started = services.Time().GetTimestamp();
            return await RunAsync(message, services, () => WaitAsync(message, invocation.DeliveryCount, started, services));
        }
        // The broker gives such a message up in the end; but from a dead-letter queue it would come again without end. No delivery can read it, and
        // nobody can be told of it but by the log, which has its whole text from here on. What a user sent never looks like this: only a program
        // that is not part of the pipeline puts such a message into a queue.
        catch (EnvelopeException bad) when (IsDeadLetter && text.Length > 0)
        {
            logger.LogError("{Function} drops a message that nobody can read: {Reason} The message: {Text}", Name, bad.Message, text);
            return $"Dropped a message that cannot be read: {bad.Message}";
        }
        catch (EnvelopeException bad)
        {
            logger.LogError("{Function} was sent what it cannot read: {Reason}", Name, bad.Message);
            throw new RefusedRequestException(
                StatusCodes.Status400BadRequest, "bad-envelope", bad.Message,
                $"Send {{\"Data\":{{\"{Binding}\":\"{example}\"}},\"Metadata\":{{…}}}}, as the Functions host does.", bad);
        }
    }

    /// <summary>Works on a message that was read already.</summary>
    /// <param name="message">The message.</param>
    /// <param name="services">The app's services.</param>
    /// <returns>A sentence for the invocation's log.</returns>
    /// <exception cref="RefusedRequestException">The work failed.</exception>
    public Task<string> RunAsync(TMessage message, IServiceProvider services) => RunAsync(message, services, () => Task.CompletedTask);

    private async Task<string> RunAsync(TMessage message, IServiceProvider services, Func<Task> afterFailure)
    {
        var logger = services.LoggerOf(Name);
        try
        {
            // The host stops waiting when its time is up; the work goes on all the same.
            var outcome = await handle(services, message, services.Stopping());
            logger.LogInformation("{MessageId}: {Outcome}", message.MessageId, outcome);
            return outcome;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            logger.LogError(failure, "{Function} failed at '{MessageId}', which will be delivered again", Name, message.MessageId);
            await afterFailure();
            throw new RefusedRequestException(
                StatusCodes.Status500InternalServerError, "message-failed", $"{Name} failed at '{message.MessageId}': {failure.Message}",
                "It is delivered again. If it keeps failing, the function's log has the whole error.", failure);
        }
    }

    private async Task WaitAsync(TMessage message, int deliveryCount, long started, IServiceProvider services)
    {
        var time = services.Time();
        var wait = RedeliveryWait.After(deliveryCount, time.GetElapsedTime(started));
        services.LoggerOf(Name).LogInformation("Delivery {Count} of '{MessageId}' fails in {Seconds} s", deliveryCount, message.MessageId, wait.TotalSeconds);
        // A program that stops gives the message back at once; another instance may have more luck.
        await Task.Delay(wait, time, services.Stopping()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
