using Microsoft.Extensions.Logging;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Checkpoints;

/// <summary>
/// Saves checkpoints when the arguments ask for one and on a time budget. The loop only waits for the copy to the local disk;
/// the upload goes on beside it, one at a time.
/// </summary>
internal sealed class CheckpointWriter(
    CheckpointStore store, TrainingLoop loop, TrainingArguments arguments, TimeSpan interval, TimeProvider time, ILogger logger)
{
    private Task _upload = Task.CompletedTask;
    private long _lastSaved = time.GetTimestamp();

    /// <summary>Saves where the time is up or a checkpoint is asked for.</summary>
    public void AfterStep(bool isDue)
    {
        if (!isDue && (time.GetElapsedTime(_lastSaved) < interval || !_upload.IsCompleted))
            return;
        FinishAsync().GetAwaiter().GetResult();
        var file = new TemporaryFile();
        loop.Tensors.Save(file.Path);
        _lastSaved = time.GetTimestamp();
        var state = loop.State;
        _upload = Task.Run(() => UploadAsync(file, state));
    }

    /// <summary>Waits for the upload in progress.</summary>
    public Task FinishAsync() => _upload;

    private async Task UploadAsync(TemporaryFile file, TrainingState state)
    {
        using (file)
        {
            try
            {
                await store.WriteAsync(file.Path, arguments, state, CancellationToken.None);
                logger.LogInformation("Checkpoint of step {Step} saved.", state.Step);
            }
            catch (Exception e) when (e is Azure.RequestFailedException or AggregateException or IOException)
            {
                // The run is worth more than its checkpoint: the one before stays in force, the next may work.
                logger.LogWarning(e, "The checkpoint of step {Step} could not be saved.", state.Step);
            }
        }
    }
}
