using Pipeline.Core.Tokenization;
using Pipeline.Functions.Serving.Files;

namespace Pipeline.Functions.Serving;

/// <summary>
/// Reads the tokenizer of the model that served here last from the first moment of the program on, when but one processor is busy: a large vocabulary takes
/// as long as all the rest of a load. The folder's name tells its content, so that nothing need be asked of storage before.
/// </summary>
internal sealed class TokenizerAhead
{
    private readonly string? _folder;
    private Task<ITextTokenizer>? _reading;

    private TokenizerAhead(string? folder)
    {
        _folder = folder;
        _reading = folder is null ? null : ReadAsync(folder);
    }

    /// <summary>Begins to read, unless there is nothing to read or models are not to be loaded at the start.</summary>
    public static TokenizerAhead Start(ServingOptions options) => new(options.LoadAtStart ? ModelCacheFolder.LastLoaded(options.CacheFolder) : null);

    /// <summary>The tokenizer of a version's files, which have been checked: the one that is being read, once, or else a new one.</summary>
    public Task<ITextTokenizer> LoadAsync(HeldFiles files) =>
        // Files that had to be downloaded again are not those that were read.
        files.Path == _folder && files.WereThere && Interlocked.Exchange(ref _reading, null) is { } reading ? reading : ReadAsync(files.Path);

    private static Task<ITextTokenizer> ReadAsync(string folder) => Task.Run(() => HuggingFaceTokenizer.Load(folder));
}
