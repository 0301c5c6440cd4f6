namespace Pipeline.Local.Broker;

/// <summary>All queues and their journal, behind one gate.</summary>
internal sealed class QueueStore : IDisposable
{
    private const string DeadLetterSuffix = "/$DeadLetterQueue";

    private readonly Dictionary<string, BrokerQueue> _queues = new(StringComparer.OrdinalIgnoreCase);
    private long _lastSequence;

    public QueueStore(EmbeddedBrokerOptions options, TimeProvider time)
    {
        Options = options;
        Time = time;
        foreach (var queue in options.Queues ?? [])
            Add(queue);
        Journal = Journal.Open(options.DataDirectory);
        try
        {
            Replay(Journal.Read());
            Journal.Begin(Snapshot());
        }
        catch
        {
            Journal.Dispose();
            throw;
        }
    }

    public Lock Gate { get; } = new();

    public EmbeddedBrokerOptions Options { get; }

    public TimeProvider Time { get; }

    public Journal Journal { get; }

    public bool IsClosed { get; private set; }

    /// <summary>The queue of that name, made on demand; null where it may not be made.</summary>
    public BrokerQueue? Find(string name)
    {
        lock (Gate)
        {
            if (_queues.TryGetValue(name, out var queue))
                return queue;
            var owner = name.EndsWith(DeadLetterSuffix, StringComparison.OrdinalIgnoreCase) ? name[..^DeadLetterSuffix.Length] : name;
            return Options.Queues is null || _queues.ContainsKey(owner) ? Add(name) : null;
        }
    }

    public long NextSequence() => ++_lastSequence;

    /// <summary>Moves a message that is in no queue now to the dead-letter queue of the one it was in. Called under the gate.</summary>
    public void DeadLetter(BrokerQueue from, StoredMessage message, string? reason, string? description)
    {
        var to = DeadLetterQueueOf(from.Name);
        message.DeadLetterReason = reason;
        message.DeadLetterDescription = description;
        Journal.Write(JournalRecord.DeadLetter(to.Name, message), durable: true);
        to.Restore(message);
        // Its receivers are served once the gate is free.
        ThreadPool.QueueUserWorkItem(_ => to.Dispatch());
    }

    public IReadOnlyList<QueueCounts> Counts()
    {
        lock (Gate)
        {
            return
            [
                .. _queues.Values.Where(q => !IsDeadLetterQueue(q.Name)).OrderBy(q => q.Name, StringComparer.Ordinal)
                    .Select(q => new QueueCounts(q.Name, q.Active, q.Locked, DeadLettered(q.Name))),
            ];
        }

        int DeadLettered(string name) => _queues.TryGetValue(name + DeadLetterSuffix, out var dead) ? dead.Active + dead.Locked : 0;
    }

    public void Dispose()
    {
        lock (Gate)
        {
            IsClosed = true;
            foreach (var queue in _queues.Values)
                queue.Close();
            Journal.Dispose();
        }
    }

    public static bool IsDeadLetterQueue(string name) => name.EndsWith(DeadLetterSuffix, StringComparison.OrdinalIgnoreCase);

    private BrokerQueue DeadLetterQueueOf(string name)
    {
        // What is dead already stays where it is.
        var target = IsDeadLetterQueue(name) ? name : name + DeadLetterSuffix;
        return _queues.TryGetValue(target, out var queue) ? queue : Add(target);
    }

    private BrokerQueue Add(string name)
    {
        var queue = new BrokerQueue(name, this);
        _queues.Add(name, queue);
        return queue;
    }

    private void Replay(IEnumerable<JournalRecord> records)
    {
        var live = new Dictionary<long, (string Queue, StoredMessage Message)>();
        foreach (var record in records)
        {
            _lastSequence = Math.Max(_lastSequence, record.Sequence);
            switch (record.Event)
            {
                case JournalEvent.Enqueue:
                    live[record.Sequence] = (record.Queue!, new StoredMessage(record.Sequence, record.MessageId, record.At!.Value, record.Encoded!)
                    {
                        Deliveries = record.Deliveries ?? 0,
                        DeadLetterReason = record.Reason,
                        DeadLetterDescription = record.Description,
                    });
                    Remember(record);
                    break;
                case JournalEvent.Deliver:
                    live[record.Sequence].Message.Deliveries++;
                    break;
                case JournalEvent.DeadLetter:
                    var message = live[record.Sequence].Message;
                    message.DeadLetterReason = record.Reason;
                    message.DeadLetterDescription = record.Description;
                    live[record.Sequence] = (record.Queue!, message);
                    break;
                case JournalEvent.Remove:
                    live.Remove(record.Sequence);
                    break;
                case JournalEvent.Seen:
                    Remember(record);
                    break;
                default:
                    throw new InvalidDataException($"The broker's journal has a record of the unknown kind '{record.Event}'.");
            }
        }

        foreach (var (queue, message) in live.Values)
            QueueNamed(queue).Restore(message);

        void Remember(JournalRecord record)
        {
            if (record.MessageId is not null && record.Reason is null)
                QueueNamed(record.Queue!).TryRemember(record.MessageId, record.At!.Value);
        }

        BrokerQueue QueueNamed(string name) => _queues.TryGetValue(name, out var queue) ? queue : Add(name);
    }

    private IEnumerable<JournalRecord> Snapshot()
    {
        foreach (var queue in _queues.Values)
        {
            foreach (var (id, at) in queue.Seen)
                yield return JournalRecord.Seen(queue.Name, id, at);
            foreach (var message in queue.Messages)
                yield return JournalRecord.Enqueue(queue.Name, message);
        }
    }
}
