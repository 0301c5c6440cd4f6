using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Core.Shards;
using Pipeline.Core.Storage;

namespace Pipeline.Functions.Ingestion;

/// <summary>Writes one split's shards: each into a temporary file, then to the storage as a whole.</summary>
internal sealed class SplitWriter(Split split, Func<string, Stream, CancellationToken, Task> upload) : IAsyncDisposable
{
    // About 32 MB a shard.
    private const long TokensInShard = 8_000_000;

    private readonly string _name = split.ToString().ToLowerInvariant();
    private readonly List<string> _shards = [];
    private FileStream? _file;
    private TokenShardWriter? _writer;
    private int _rows;
    private long _tokens;
    private int _longest;

    /// <summary>The split's name in blob names and records.</summary>
    public string Name => _name;

    /// <summary>What was written, after <see cref="CompleteAsync"/>.</summary>
    public SplitSummary Summary => new(_rows, _tokens, _longest, _shards);

    /// <summary>Adds an example.</summary>
    public async Task WriteAsync(TokenizedExample example, CancellationToken cancellationToken)
    {
        if (_writer is { Tokens: >= TokensInShard })
            await CompleteAsync(cancellationToken);
        _writer ??= Begin();
        await _writer.WriteAsync(example, cancellationToken);
        _rows++;
        _tokens += example.Tokens;
        _longest = Math.Max(_longest, example.Tokens);
    }

    /// <summary>Uploads the shard that is being written, if there is one.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_writer is null || _file is null)
            return;
        await _writer.DisposeAsync();
        _writer = null;
        _file.Position = 0;
        var shard = BlobLayout.Shard(_name, _shards.Count);
        await upload(shard, _file, cancellationToken);
        _shards.Add(shard);
        await _file.DisposeAsync();
        _file = null;
    }

    /// <summary>Removes what was not uploaded.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_writer is not null)
            await _writer.DisposeAsync();
        if (_file is not null)
            await _file.DisposeAsync();
    }

    private TokenShardWriter Begin()
    {
        _file = new FileStream(
            Path.Combine(Path.GetTempPath(), $"shard-{Guid.NewGuid():N}.arrow"),
            FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        return new TokenShardWriter(_file);
    }
}
