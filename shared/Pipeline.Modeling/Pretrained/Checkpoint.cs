using Pipeline.Modeling.Safetensors;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Pretrained;

/// <summary>The weights in a model folder of Hugging Face's layout.</summary>
internal static class Checkpoint
{
    public const string SingleFile = "model.safetensors";
    public const string IndexFile = "model.safetensors.index.json";

    public static ITensorSource Open(string directory)
    {
        string single = Path.Combine(directory, SingleFile), index = Path.Combine(directory, IndexFile);
        if (File.Exists(single)) return SafetensorsReader.Open(single);
        if (File.Exists(index)) return new ShardedReader(index);
        if (Directory.EnumerateFiles(directory, "pytorch_model*.bin").FirstOrDefault() is { } pickle)
        {
            throw new InvalidDataException(
                $"{pickle} is a Python pickle, which can run any code when it is loaded, so it is refused. Convert it once, in Python: " +
                "AutoModel.from_pretrained(folder).save_pretrained(folder, safe_serialization=True) of the transformers library writes model.safetensors.");
        }
        throw new InvalidDataException($"{directory} has neither {SingleFile} nor {IndexFile}.");
    }

    /// <summary>Writes one file, or shards with an index where the tensors have more than <paramref name="maxShardSize"/> bytes.</summary>
    public static void Save(string directory, IReadOnlyDictionary<string, Tensor> tensors, long maxShardSize)
    {
        RemoveSaved(directory);
        var shards = CheckpointShards.Split(tensors, maxShardSize);
        foreach (var shard in shards) SafetensorsWriter.Write(Path.Combine(directory, shard.File), shard.Tensors);
        if (shards.Count > 1) CheckpointShards.WriteIndex(Path.Combine(directory, IndexFile), shards);
    }

    /// <summary>What an earlier save left would be taken for a part of this one.</summary>
    private static void RemoveSaved(string directory)
    {
        File.Delete(Path.Combine(directory, SingleFile));
        File.Delete(Path.Combine(directory, IndexFile));
        foreach (string shard in Directory.EnumerateFiles(directory, "model-*-of-*.safetensors").ToList()) File.Delete(shard);
    }
}
