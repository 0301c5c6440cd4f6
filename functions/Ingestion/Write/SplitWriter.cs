using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Core.Shards;
using Pipeline.Core.Storage;

namespace Pipeline.Functions.Ingestion.Write;

/// <summary>Takes a finished shard; the stream is at its beginning and is closed by the caller.</summary>
/// <param name="name">File name in the run's folder.</param>
/// <param name="content">The shard.</param>
/// <param name="cancellationToken">Stops it.</param>
internal delegate Task ShardUpload(string name, Stream content, CancellationToken cancellationToken);

/// <summary>Writes one split's shards of a part: each into a temporary file, then to the storage as a whole while the next is written.</summary>
/// <param name="split">The split.</param>
/// <param name="part">The part, or null where the dataset is one part.</param>
/// <param name="layout">The shards' columns.</param>
/// <param name="upload">Takes the shards; null where they are only counted.</param>
internal sealed class SplitWriter(Split split, int? part, TokenShardLayout layout, ShardUpload? upload) : IAsyncDisposable
{
    // About 32 MB a shard.
    private const long TokensInShard = 8_000_000;

    private readonly List<string> _shards = [];
    private FileStream? _file;
    private TokenShardWriter? _writer;
    private Task _uploading = Task.CompletedTask;
    private int _rows;
    private long _tokens;
    private int _longest;

    /// <summary>What was written, after <see cref="CompleteAsync"/>.</summary>
    public SplitSummary Summary => new(_rows, _tokens, _longest, _shards);

    /// <summary>Adds an example.</summary>
    public async Task WriteAsync(TokenizedExample example, CancellationToken cancellationToken)
    {
        _rows++;
        _tokens += example.Tokens;
        _longest = Math.Max(_longest, example.Tokens);
        if (upload is null)
            return;
        if (_writer is { Tokens: >= TokensInShard })
            await FinishShardAsync(cancellationToken);
        _writer ??= Begin();
        await _writer.WriteAsync(example, cancellationToken);
    }

    /// <summary>Finishes the shard that is being written, and returns when all are in the storage.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await FinishShardAsync(cancellationToken);
        await _uploading;
    }

    /// <summary>Removes what was not uploaded.</summary>
    public async ValueTask DisposeAsync()
    {
        await _uploading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_writer is not null)
            await _writer.DisposeAsync();
        if (_file is not null)
            await _file.DisposeAsync();
    }

    private TokenShardWriter Begin()
    {
        _file = ScratchFile.Create();
        return new TokenShardWriter(_file, layout);
    }

    // One upload at a time: a storage that is slower than the tokenizer holds it back here.
    private async Task FinishShardAsync(CancellationToken cancellationToken)
    {
        if (_writer is null)
            return;
        await _writer.DisposeAsync();
        _writer = null;
        await _uploading;
        var name = BlobLayout.Shard(split.Name(), part, _shards.Count);
        _shards.Add(name);
        (var file, _file) = (_file!, null);
        _uploading = UploadAsync(name, file, cancellationToken);
    }

    private async Task UploadAsync(string name, FileStream file, CancellationToken cancellationToken)
    {
        await using (file)
        {
            file.Position = 0;
            await upload!(name, file, cancellationToken);
        }
    }
}
