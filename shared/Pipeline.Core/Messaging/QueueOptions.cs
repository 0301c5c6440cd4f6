namespace Pipeline.Core.Messaging;

/// <summary>Which broker and queue; configuration section <c>Pipeline:Queue</c>.</summary>
public sealed class QueueOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "Pipeline:Queue";

    /// <summary><c>amqps://{namespace}.servicebus.windows.net</c>, or <c>amqp://user:password@host:port</c> for another broker.</summary>
    public Uri? Address { get; set; }

    /// <summary>
    /// The queue as the broker addresses it. Default <c>training-requests</c>; on RabbitMQ <c>/queues/training-requests</c>, which the
    /// client declares where it is missing, with <c>training-requests-dead-letter</c> beside it.
    /// </summary>
    public string EntityPath { get; set; } = "training-requests";

    /// <summary>The queue for the parts of a large dataset, which functions send to each other. Default <c>ingest-parts</c>.</summary>
    public string PartsEntityPath { get; set; } = "ingest-parts";

    /// <summary>The queue for files in the container <c>inbox</c>. Default <c>inbox-files</c>.</summary>
    public string InboxEntityPath { get; set; } = "inbox-files";

    /// <summary>Client id of the user-assigned identity for token authentication; null: the developer's own credentials.</summary>
    public string? ClientId { get; set; }

    /// <summary>PEM file of the authority that issued the broker's certificate, where the system does not know it; null: only what the system trusts.</summary>
    public string? CertificateAuthority { get; set; }
}
