namespace Pipeline.Functions.Serving;

/// <summary>A request's hold on a version: it stays in memory until this is disposed, whatever is published meanwhile.</summary>
internal sealed class ModelLease : IDisposable
{
    private LoadedModel? _model;

    /// <summary>Takes over a hold.</summary>
    public ModelLease(LoadedModel held) => _model = held;

    /// <summary>The version.</summary>
    public LoadedModel Model => _model ?? throw new ObjectDisposedException(nameof(ModelLease));

    /// <summary>Ends the hold.</summary>
    public void Dispose() => Interlocked.Exchange(ref _model, null)?.Release();
}
