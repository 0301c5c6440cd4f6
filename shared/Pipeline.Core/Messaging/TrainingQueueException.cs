namespace Pipeline.Core.Messaging;

/// <summary>The broker refused an operation or could not be reached; the message says which broker, what was tried and what it said.</summary>
public sealed class TrainingQueueException : Exception
{
    /// <summary>With a message and whether trying again may help.</summary>
    public TrainingQueueException(string message, bool isTransient, Exception? inner = null) : base(message, inner) =>
        IsTransient = isTransient;

    /// <summary>With a message.</summary>
    public TrainingQueueException(string message) : base(message) { }

    /// <summary>With a message and its cause.</summary>
    public TrainingQueueException(string message, Exception inner) : base(message, inner) { }

    /// <summary>For serializers.</summary>
    public TrainingQueueException() { }

    /// <summary>True where the same operation may succeed later (network, broker restarting); false for a refusal.</summary>
    public bool IsTransient { get; }
}
