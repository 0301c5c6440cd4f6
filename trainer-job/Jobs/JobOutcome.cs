namespace Pipeline.Trainer.Jobs;

/// <summary>What became of a message.</summary>
internal enum JobOutcome
{
    /// <summary>The run has its final state and the message is gone.</summary>
    Done,

    /// <summary>The run failed for good; the message is in the dead-letter queue.</summary>
    Failed,

    /// <summary>Something broke that may work another time; the message was given back.</summary>
    GivenBack,

    /// <summary>The trainer was told to stop; the message was given back.</summary>
    Stopped,

    /// <summary>The message or the run is someone else's now; nothing was settled.</summary>
    Lost,
}
