namespace Pipeline.Local.Broker;

/// <summary>What lies in a queue.</summary>
/// <param name="Queue">The queue's name.</param>
/// <param name="Active">Messages that wait for a receiver.</param>
/// <param name="Locked">Messages that a receiver holds.</param>
/// <param name="DeadLettered">Messages in its dead-letter queue.</param>
internal sealed record QueueCounts(string Queue, int Active, int Locked, int DeadLettered);
