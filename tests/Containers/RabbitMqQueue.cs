namespace Pipeline.Tests.Containers;

/// <summary>A queue with its dead-letter queue, and how AMQP 1.0 addresses them on RabbitMQ.</summary>
internal sealed record RabbitMqQueue(string Name)
{
    public string DeadLetterName => $"{Name}-dead-letter";

    public string EntityPath => $"/queues/{Name}";

    public string DeadLetterEntityPath => $"/queues/{DeadLetterName}";
}
