using Microsoft.Extensions.Options;
using Pipeline.Functions.Serving.Files;

namespace Pipeline.Functions.Serving;

/// <summary>
/// Loads models while the program starts, so that the first request finds them in memory or on their way: those that the configuration names, then
/// those that served here before, as far as the memory for models goes.
/// </summary>
internal sealed class ModelPreload(ModelCache models, ModelCacheFolder folder, IOptions<ServingOptions> options, ILogger<ModelPreload> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.LoadAtStart)
            return;
        foreach (var model in Wanted())
        {
            try
            {
                using var lease = await models.AcquireAsync(model, stoppingToken);
                if (lease is null)
                    logger.LogWarning("Model {Model} was to be loaded at the start, but has no version in production", model);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The program serves without it, and who asks for it is told why it cannot be loaded.
                logger.LogWarning(e, "Model {Model} cannot be loaded at the start", model);
            }
        }
    }

    private IEnumerable<string> Wanted()
    {
        string[] named = [.. (options.Value.Preload ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        var room = models.MaxBytes;
        // What does not fit any more would push out what was just loaded.
        var kept = KeptHere().TakeWhile(k => (room -= k.Bytes) >= 0).Select(k => k.Model);
        return named.Concat(kept).Distinct();
    }

    private IReadOnlyList<(string Model, long Bytes)> KeptHere()
    {
        try
        {
            return folder.Kept();
        }
        catch (IOException e)
        {
            // Another process may delete an old version while its folder is being looked at.
            logger.LogWarning(e, "Cannot tell which models served here before; they are loaded when they are asked for");
            return [];
        }
    }
}
