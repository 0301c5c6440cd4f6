using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

// What the build needs to know of the extension: the host's side of it goes into the app's folder .azurefunctions.
[assembly: ExtensionInformation("Microsoft.Azure.WebJobs.Extensions.ServiceBus", "5.17.0")]

namespace Pipeline.Functions.Isolated;

/// <summary>
/// Binds a parameter to the text of a message of a Service Bus queue. The host does all the work of this trigger; to the worker it is these
/// two words of metadata. So the app has them itself, and does without <c>Microsoft.Azure.Functions.Worker.Extensions.ServiceBus</c>, which
/// would bring a second AMQP client for message types that nothing here takes.
/// </summary>
/// <param name="queueName">The queue, or <c>{queue}/$DeadLetterQueue</c>.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ServiceBusTriggerAttribute(string queueName) : TriggerBindingAttribute
{
    /// <summary>The queue.</summary>
    public string QueueName { get; } = queueName;

    /// <summary>The setting, or group of settings, that says where the queue is and how to log in. Default: <c>AzureWebJobsServiceBus</c>.</summary>
    public string? Connection { get; set; }
}
