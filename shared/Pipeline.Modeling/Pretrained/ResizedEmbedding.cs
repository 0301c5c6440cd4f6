using Pipeline.Modeling.Safetensors;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Pretrained;

/// <summary>Loads an embedding of another number of rows: old rows are kept as far as they fit, new ones are the mean of the old.</summary>
internal static class ResizedEmbedding
{
    public static void Copy(ITensorSource source, string name, Tensor destination)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var old = source.Read(name);
        if (old.dim() != 2 || old.shape[1] != destination.shape[1]) throw new InvalidDataException($"The tensor '{name}' is [{string.Join(", ", old.shape)}], expected rows of {destination.shape[1]}.");
        long kept = Math.Min(old.shape[0], destination.shape[0]), added = destination.shape[0] - kept;
        destination.narrow(0, 0, kept).copy_(old.narrow(0, 0, kept));
        if (added > 0) destination.narrow(0, kept, added).copy_(old.to_type(float32).mean([0]).expand(added, -1));
    }
}
