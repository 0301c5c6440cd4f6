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

    public static void Save(string path, nn.Module model)
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(path, model.state_dict());
    }
}
