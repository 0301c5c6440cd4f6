namespace Pipeline.Functions.Serving;

/// <summary>
/// A model that answers at once and soon becomes faster: it starts with one that was opened quickly, has the faster one prepared in the background, and
/// goes over to it between two runs. Both compute the same, up to the rounding of fp32.
/// </summary>
internal sealed class QuickStartModel : ITextModel
{
    private readonly Task<ITextModel> _faster;
    private readonly CancellationTokenSource _stopping = new();
    private ITextModel _current;

    /// <summary>Starts with a model.</summary>
    /// <param name="quick">The model that answers at first; disposed with this or before.</param>
    /// <param name="prepare">Makes the faster one. It is called on another thread after <paramref name="delay"/>, so that the first answers have the processors to themselves.</param>
    /// <param name="delay">How long to wait with it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Is told where the faster one cannot be made; then the first one goes on.</param>
    public QuickStartModel(ITextModel quick, Func<ITextModel> prepare, TimeSpan delay, TimeProvider time, ILogger logger)
    {
        _current = quick;
        _faster = PrepareAsync(prepare, delay, time, logger, _stopping.Token);
    }

    /// <inheritdoc/>
    public float[][] Run(PaddedBatch batch)
    {
        if (_faster.IsCompletedSuccessfully && _current != _faster.Result)
        {
            _current.Dispose();
            _current = _faster.Result;
        }

        return _current.Run(batch);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Cancel();
        // What is half made still reads the files, which may go after this.
        _faster.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        _current.Dispose();
        if (_faster.IsCompletedSuccessfully && _faster.Result != _current)
            _faster.Result.Dispose();
        _stopping.Dispose();
    }

    private static async Task<ITextModel> PrepareAsync(Func<ITextModel> prepare, TimeSpan delay, TimeProvider time, ILogger logger, CancellationToken stopping)
    {
        await Task.Delay(delay, time, stopping);
        try
        {
            return await Task.Run(prepare, stopping);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogWarning(e, "The faster form of a model cannot be made; it goes on answering in the form that it has");
            throw;
        }
    }
}
