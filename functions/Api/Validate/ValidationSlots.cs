using Microsoft.Extensions.Options;

namespace Pipeline.Functions.Api.Validate;

/// <summary>Bounds how many datasets are validated at once: each takes a temporary file and all cores.</summary>
internal sealed class ValidationSlots(IOptions<ValidationOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.Value.MaxConcurrent);

    /// <summary>Takes a slot if one is free; disposing gives it back.</summary>
    public IDisposable? TryTake() => _free.Wait(0) ? new Slot(_free) : null;

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();

    private sealed class Slot(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
