using Pipeline.Core.Tokenization;

namespace Pipeline.Functions.Serving.Batching;

/// <summary>A text that waits to be run.</summary>
/// <param name="input">Its tokens.</param>
/// <param name="since">The clock's timestamp from which it waits.</param>
internal sealed class QueuedText(ModelInput input, long since = 0)
{
    // Whoever waits goes on elsewhere: the thread that runs the model has the next batch to see to.
    private readonly TaskCompletionSource<float[]> _logits = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Its tokens.</summary>
    public ModelInput Input { get; } = input;

    /// <summary>The clock's timestamp from which it waits.</summary>
    public long Since { get; } = since;

    /// <summary>Number of tokens; 1 for a text without any, which is run as one token of padding.</summary>
    public int Length => Math.Max(1, Input.InputIds.Length);

    /// <summary>One logit per label, when it has been run.</summary>
    public Task<float[]> Logits => _logits.Task;

    /// <summary>Ends the wait.</summary>
    public void Complete(float[] logits) => _logits.TrySetResult(logits);

    /// <summary>Ends the wait with what the run ended with.</summary>
    public void Fail(Exception e) => _logits.TrySetException(e);

    /// <summary>Ends the wait without a run.</summary>
    public void Withdraw(CancellationToken cancellationToken) => _logits.TrySetCanceled(cancellationToken);
}
