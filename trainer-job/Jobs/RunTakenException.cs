namespace Pipeline.Trainer.Jobs;

/// <summary>The run is no longer this trainer's to write.</summary>
/// <param name="cancelled">True where a person ended it; false where another trainer works on it.</param>
/// <param name="message">Which run.</param>
internal sealed class RunTakenException(bool cancelled, string message) : Exception(message)
{
    public bool Cancelled { get; } = cancelled;
}
