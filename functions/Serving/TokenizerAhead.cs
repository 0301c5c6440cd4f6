using Pipeline.Core.Tokenization;
using Pipeline.Functions.Serving.Files;

namespace Pipeline.Functions.Serving;

/// <summary>
/// Reads the tokenizer of the model that served here last from the first moment of the program on, when but one processor is busy: a large vocabulary takes
/// as long as all the rest of a load. The folder's name tells its content, so that nothing need be asked of storage before.
/// </summary>
internal sealed class TokenizerAhead
{
    private Task<ITextTokenizer>? _reading;
    private readonly string? _folder;

    private TokenizerAhead(string? folder)
    {
        _folder = folder;
        _reading = folder is null ? null : Task.Run(() => HuggingFaceTokenizer.Load(folder));
    }

    /// <summary>Begins to read, unless there is nothing to read or models are not to be loaded at the start.</summary>
    public static TokenizerAhead Start(ServingOptions options) => new(options.LoadAtStart ? ModelCacheFolder.LastLoaded(options.CacheFolder) : null);

    /// <summary>The tokenizer of a folder whose files were checked: the one that is being read, once, or else a new one.</summary>
    /// <param name="folder">A version's files.</param>
    public async Task<ITextTokenizer> LoadAsync(string folder)
    {
        if (folder == _folder && Interlocked.Exchange(ref _reading, null) is { } reading)
        {
            await reading.ContinueWith(_ => { }, TaskScheduler.Default);
            // What failed was read before the files were checked: it is read again, and says so again if it fails again.
            if (reading.IsCompletedSuccessfully)
                return await reading;
        }

        return await Task.Run(() => HuggingFaceTokenizer.Load(folder));
    }
}
