using Pipeline.Core.Messaging;

namespace Pipeline.UnitTests.Local;

/// <summary>A message that nobody settles.</summary>
internal sealed class FakeMessage(string body) : IMessageDelivery
{
    public string MessageId => "id";

    public string Body => body;

    public IReadOnlyDictionary<string, string> ApplicationProperties { get; } = new Dictionary<string, string>();

    public int DeliveryCount { get; init; } = 1;

    public TimeSpan? LockDuration => null;

    public Task RenewLockAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task CompleteAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task AbandonAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
