using Azure;
using Microsoft.Extensions.Logging;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Jobs;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Checkpoints;

/// <summary>
/// Saves checkpoints when the arguments ask for one, on a time budget, and when training ends or is stopped. The loop only waits for a
/// copy in memory; file and upload are made beside it, one checkpoint at a time. One that is due while another is on its way is
/// taken when that has arrived.
/// </summary>
/// <param name="store">Where they go.</param>
/// <param name="loop">What is saved; its state and tensors belong together between two steps.</param>
/// <param name="arguments">What the loop was told.</param>
/// <param name="ensure">Throws where the run is no longer this trainer's; then nothing is named in its place.</param>
/// <param name="interval">Time between two checkpoints within an epoch.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed class CheckpointWriter(
    CheckpointStore store,
    TrainingLoop loop,
    TrainingArguments arguments,
    Func<CancellationToken, Task> ensure,
    TimeSpan interval,
    TimeProvider time,
    ILogger logger)
{
    private Task _upload = Task.CompletedTask;
    private long _lastSaved = time.GetTimestamp();
    private (int Step, int Epoch) _saved = (loop.State.Step, loop.State.Epoch);
    private int _complete = loop.State.Step;
    private bool _isDue;

    private bool IsBehind => (loop.State.Step, loop.State.Epoch) != _saved;

    /// <summary>Saves where the time is up or a checkpoint is asked for.</summary>
    public void AfterStep(bool isDue)
    {
        _complete = loop.State.Step;
        _isDue |= isDue || time.GetElapsedTime(_lastSaved) >= interval;
        if (_isDue && _upload.IsCompleted)
            Save();
    }

    /// <summary>At the end: saves what is not saved yet, and waits until it is in storage.</summary>
    public async Task FinishAsync()
    {
        await _upload;
        if (IsBehind)
            Save();
        await _upload;
    }

    /// <summary>Waits for the upload that is on its way.</summary>
    public Task SettleAsync(TimeSpan patience) => Task.WhenAny(_upload, Task.Delay(patience, time));

    /// <summary>At a stop: saves what was done since the last checkpoint, if the run is still ours.</summary>
    /// <param name="patience">After this the stop is not held up any longer; the checkpoint before stays in force then.</param>
    public async Task StopAsync(TimeSpan patience)
    {
        var limit = Task.Delay(patience, time);
        await Task.WhenAny(_upload, limit);
        // A step whose evaluation was cut short is not complete: who went on from it would never evaluate it.
        if (!_upload.IsCompleted || !IsBehind || loop.State.Step != _complete)
            return;
        try
        {
            await ensure(CancellationToken.None);
        }
        catch (Exception e) when (e is RunTakenException or RequestFailedException or AggregateException or IOException)
        {
            return;
        }

        Save();
        await Task.WhenAny(_upload, limit);
    }

    private void Save()
    {
        // A copy of what does not fit in memory twice is made on the disk, and the loop waits for that.
        var (file, state) = (new TemporaryFile(), loop.State);
        TensorSnapshot? copy = null;
        if (loop.Tensors.FitsTwice)
            copy = loop.Tensors.Snapshot();
        else
            loop.Tensors.Save(file.Path);
        (_saved, _isDue, _lastSaved) = ((state.Step, state.Epoch), false, time.GetTimestamp());
        _upload = Task.Run(() => UploadAsync(copy, file, state));
    }

    private async Task UploadAsync(TensorSnapshot? copy, TemporaryFile file, TrainingState state)
    {
        using (file)
        {
            try
            {
                using (copy)
                    copy?.Write(file.Path);
                await store.WriteAsync(file.Path, arguments, state, ensure, CancellationToken.None);
                logger.LogInformation("Checkpoint of step {Step} saved.", state.Step);
            }
            catch (RunTakenException e)
            {
                logger.LogInformation("The checkpoint of step {Step} is not needed any more: {Reason}", state.Step, e.Message);
            }
            catch (Exception e) when (e is RequestFailedException or AggregateException or IOException)
            {
                // The run is worth more than its checkpoint: the one before stays in force, the next may work.
                logger.LogWarning(e, "The checkpoint of step {Step} could not be saved.", state.Step);
            }
        }
    }
}
