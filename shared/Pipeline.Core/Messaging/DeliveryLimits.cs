namespace Pipeline.Core.Messaging;

/// <summary>After how many deliveries a broker gives a message up, by what the queue is for. The infrastructure declares the same.</summary>
public static class DeliveryLimits
{
    /// <summary>
    /// Of training requests: 500. The trainer itself gives a run up after five attempts without progress and writes down why;
    /// one that gets further each time may be killed as often as it likes. The broker only ends what never reaches the trainer's own count,
    /// such as a trainer that cannot open the storage account.
    /// </summary>
    public const int TrainingRequests = 500;

    /// <summary>
    /// Of the queues from which functions take uploads, parts of datasets and files: 10. Functions wait before a delivery fails, longer each
    /// time, so that this many outlast an outage of the storage of some minutes; what then still fails is written into a run, or beside the file.
    /// </summary>
    public const int Functions = 10;
}
