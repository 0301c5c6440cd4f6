namespace Pipeline.Local.Broker;

/// <summary>
/// One queue: messages in the order they came, those under lock, and the receivers that wait. Every change is made under the broker's
/// one gate; sending over a link never is, since a closing link calls back while it holds its own lock.
/// </summary>
internal sealed class BrokerQueue(string name, QueueStore store)
{
    private readonly SortedDictionary<long, StoredMessage> _ready = [];
    private readonly Dictionary<Guid, MessageLock> _locked = [];
    private readonly List<QueueConsumer> _consumers = [];
    private readonly Dictionary<string, DateTimeOffset> _seen = [];

    public string Name => name;

    /// <summary>Whether it is where dead messages lie; nothing dies there a second time.</summary>
    public bool IsDeadLetter { get; } = QueueStore.IsDeadLetterQueue(name);

    public int Active => _ready.Count;

    public int Locked => _locked.Count;

    /// <summary>Message ids within the duplicate detection window, with the time of the first.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Seen => _seen;

    public IEnumerable<StoredMessage> Messages => _ready.Values.Concat(_locked.Values.Select(l => l.Message));

    /// <summary>Takes a message in, unless one with its id came within the window; either way it counts as accepted.</summary>
    public void Enqueue(string? messageId, byte[] encoded)
    {
        lock (store.Gate)
        {
            ObjectDisposedException.ThrowIf(store.IsClosed, store);
            var now = store.Time.GetUtcNow();
            if (messageId is not null && !TryRemember(messageId, now))
                return;
            var message = new StoredMessage(store.NextSequence(), messageId, now, encoded);
            store.Journal.Write(JournalRecord.Enqueue(name, message), durable: true);
            _ready.Add(message.Sequence, message);
        }

        Dispatch();
    }

    /// <summary>Puts a message in place without a record: it is being read from the journal, or moved here from another queue.</summary>
    public void Restore(StoredMessage message)
    {
        _ready.Add(message.Sequence, message);
        if (message.MessageId is { } id && !IsDeadLetter)
            TryRemember(id, message.EnqueuedAt);
    }

    /// <summary>Notes a message id; false if it has been seen within the window.</summary>
    public bool TryRemember(string messageId, DateTimeOffset at)
    {
        var horizon = store.Time.GetUtcNow() - store.Options.DuplicateDetectionWindow;
        foreach (var old in _seen.Where(s => s.Value <= horizon).Select(s => s.Key).ToList())
            _seen.Remove(old);
        return _seen.TryAdd(messageId, at);
    }

    public void Join(QueueConsumer consumer)
    {
        lock (store.Gate)
            _consumers.Add(consumer);
    }

    public void AddCredit(QueueConsumer consumer, int messages)
    {
        lock (store.Gate)
            consumer.Credit = Math.Max(0, consumer.Credit + messages);
        Dispatch();
    }

    /// <summary>Takes a consumer out and, where the options say so, takes back what it holds.</summary>
    public void Leave(QueueConsumer consumer)
    {
        lock (store.Gate)
        {
            _consumers.Remove(consumer);
            consumer.Credit = 0;
            if (store.IsClosed || !store.Options.ReleaseOnLinkLoss)
                return;
            foreach (var held in _locked.Values.Where(l => l.Holder == consumer).ToList())
                GiveBack(Unlock(held));
        }

        Dispatch();
    }

    /// <summary>Prolongs a lock; null if it is gone.</summary>
    public DateTimeOffset? Renew(Guid token)
    {
        lock (store.Gate)
        {
            if (store.IsClosed || Find(token) is not { } held)
                return null;
            held.Until = store.Time.GetUtcNow() + store.Options.LockDuration;
            held.Timer!.Change(store.Options.LockDuration, Timeout.InfiniteTimeSpan);
            return held.Until;
        }
    }

    /// <summary>Removes a message for good; false if its lock is gone.</summary>
    public bool Complete(Guid token) => Settle(token, message => store.Journal.Write(JournalRecord.Remove(message), durable: true));

    /// <summary>Gives a message back; false if its lock is gone.</summary>
    public bool Abandon(Guid token) => Settle(token, GiveBack);

    /// <summary>Moves a message to the dead-letter queue; false if its lock is gone.</summary>
    public bool DeadLetter(Guid token, string? reason, string? description) =>
        Settle(token, message => store.DeadLetter(this, message, reason, description));

    /// <summary>Messages as they are encoded, whoever holds them, in order from a sequence number on.</summary>
    public IReadOnlyList<byte[]> Peek(long fromSequence, int count)
    {
        lock (store.Gate)
            return [.. Messages.Where(m => m.Sequence >= fromSequence).OrderBy(m => m.Sequence).Take(count).Select(m => m.ForPeek())];
    }

    /// <summary>Hands waiting messages to waiting consumers, one each in turn.</summary>
    public void Dispatch()
    {
        while (true)
        {
            MessageLock? next;
            lock (store.Gate)
                next = LockNext();
            if (next is null)
                return;
            if (!next.Holder.TrySend(next))
                Abandon(next.Token);
        }
    }

    private MessageLock? LockNext()
    {
        if (store.IsClosed || _ready.Count == 0 || _consumers.Find(c => c.Credit > 0) is not { } consumer)
            return null;
        var message = _ready.First().Value;
        _ready.Remove(message.Sequence);
        message.Deliveries++;
        store.Journal.Write(JournalRecord.Deliver(message), durable: false);

        consumer.Credit--;
        _consumers.Remove(consumer);
        _consumers.Add(consumer);

        var held = new MessageLock(message, consumer, store.Time.GetUtcNow() + store.Options.LockDuration);
        _locked.Add(held.Token, held);
        held.Timer = store.Time.CreateTimer(_ => Expire(held), null, store.Options.LockDuration, Timeout.InfiniteTimeSpan);
        return held;
    }

    private void Expire(MessageLock held)
    {
        lock (store.Gate)
        {
            if (store.IsClosed || !_locked.ContainsKey(held.Token))
                return;
            // A renewal may have come between the timer and this, and a timer may be early by the grain of its clock.
            if (held.Until - store.Time.GetUtcNow() is var left && left > TimeSpan.Zero)
            {
                held.Timer!.Change(left.AtLeastTheGrain(), Timeout.InfiniteTimeSpan);
                return;
            }

            GiveBack(Unlock(held));
        }

        Dispatch();
    }

    private bool Settle(Guid token, Action<StoredMessage> settle)
    {
        lock (store.Gate)
        {
            if (store.IsClosed || Find(token) is not { } held)
                return false;
            settle(Unlock(held));
        }

        Dispatch();
        return true;
    }

    private void GiveBack(StoredMessage message)
    {
        if (!IsDeadLetter && message.Deliveries >= store.Options.MaxDeliveryCounts.GetValueOrDefault(name, store.Options.MaxDeliveryCount))
        {
            store.DeadLetter(this, message, "MaxDeliveryCountExceeded",
                $"Message could not be consumed after {message.Deliveries} delivery attempts.");
        }
        else
        {
            _ready.Add(message.Sequence, message);
        }
    }

    private MessageLock? Find(Guid token) =>
        _locked.TryGetValue(token, out var held) && store.Time.GetUtcNow() < held.Until ? held : null;

    private StoredMessage Unlock(MessageLock held)
    {
        _locked.Remove(held.Token);
        held.Dispose();
        return held.Message;
    }

    /// <summary>Stops all clocks; locks end with the broker.</summary>
    public void Close()
    {
        foreach (var held in _locked.Values)
            held.Dispose();
    }
}
