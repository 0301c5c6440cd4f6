using System.Text.Json;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Safetensors;

/// <summary>A checkpoint in several safetensors files, with <c>model.safetensors.index.json</c> saying which tensor is in which.</summary>
public sealed class ShardedReader : ITensorSource
{
    private readonly Dictionary<string, SafetensorsReader> _shardOfTensor = [];
    private readonly Dictionary<string, SafetensorsReader> _shards = [];
    private readonly Dictionary<string, SafetensorsEntry> _tensors = [];

    /// <summary>Opens the index and every shard that it names; they must stand beside it.</summary>
    /// <exception cref="InvalidDataException">The index or a shard is broken or missing.</exception>
    public ShardedReader(string indexPath)
    {
        try
        {
            foreach (var (tensor, file) in ReadWeightMap(indexPath))
            {
                var shard = OpenShard(indexPath, file);
                if (!shard.Tensors.TryGetValue(tensor, out var entry)) throw new InvalidDataException($"{indexPath} places the tensor '{tensor}' in {file}, which does not have it.");
                _tensors.Add(tensor, entry);
                _shardOfTensor.Add(tensor, shard);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, SafetensorsEntry> Tensors => _tensors;

    /// <inheritdoc/>
    public Tensor Read(string name) => Shard(name).Read(name);

    /// <inheritdoc/>
    public void CopyTo(string name, Tensor destination) => Shard(name).CopyTo(name, destination);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var shard in _shards.Values) shard.Dispose();
    }

    private static Dictionary<string, string> ReadWeightMap(string indexPath)
    {
        try
        {
            using var index = JsonDocument.Parse(File.ReadAllBytes(indexPath));
            return index.RootElement.GetProperty("weight_map").EnumerateObject().ToDictionary(t => t.Name, t => t.Value.GetString() ?? "");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            throw new InvalidDataException($"{indexPath} has no usable weight_map: {e.Message}", e);
        }
    }

    private SafetensorsReader OpenShard(string indexPath, string file)
    {
        if (_shards.TryGetValue(file, out var shard)) return shard;
        // A name with a path in it would read files outside the folder.
        if (file != Path.GetFileName(file) || file is "" or "." or "..") throw new InvalidDataException($"{indexPath} names the shard '{file}', which is not a plain file name.");
        string path = Path.Combine(Path.GetDirectoryName(indexPath)!, file);
        if (!File.Exists(path)) throw new InvalidDataException($"{indexPath} names the shard {file}, which is not there.");
        return _shards[file] = SafetensorsReader.Open(path);
    }

    private SafetensorsReader Shard(string name) =>
        _shardOfTensor.TryGetValue(name, out var shard) ? shard : throw new InvalidDataException($"The checkpoint has no tensor '{name}'.");
}
