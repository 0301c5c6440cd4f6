using System.Text.Json;
using Pipeline.Core;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Pretrained;

/// <summary>A part of a checkpoint that is too large for one file.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="Tensors">What it holds.</param>
internal sealed record CheckpointShard(string File, IReadOnlyDictionary<string, Tensor> Tensors)
{
    public long Length => Tensors.Values.Sum(CheckpointShards.LengthOf);
}

/// <summary>Cuts a checkpoint into files with the names and the index of Hugging Face.</summary>
internal static class CheckpointShards
{
    /// <summary>Fills one shard after the other, in the order of the tensors.</summary>
    public static IReadOnlyList<CheckpointShard> Split(IReadOnlyDictionary<string, Tensor> tensors, long maxShardSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxShardSize);
        List<Dictionary<string, Tensor>> shards = [[]];
        long length = 0;
        foreach (var (name, tensor) in tensors)
        {
            if (shards[^1].Count > 0 && length + LengthOf(tensor) > maxShardSize)
            {
                shards.Add([]);
                length = 0;
            }
            shards[^1].Add(name, tensor);
            length += LengthOf(tensor);
        }
        return [.. shards.Index().Select(s => new CheckpointShard(shards.Count == 1 ? Checkpoint.SingleFile : $"model-{s.Index + 1:00000}-of-{shards.Count:00000}.safetensors", s.Item))];
    }

    public static void WriteIndex(string path, IReadOnlyList<CheckpointShard> shards)
    {
        var index = new
        {
            Metadata = new { TotalSize = shards.Sum(s => s.Length) },
            WeightMap = shards.SelectMany(s => s.Tensors.Keys.Select(name => (name, s.File))).ToDictionary(t => t.name, t => t.File),
        };
        File.WriteAllText(path, JsonSerializer.Serialize(index, PipelineJson.Indented) + "\n");
    }

    internal static long LengthOf(Tensor tensor) => tensor.numel() * tensor.element_size();
}
