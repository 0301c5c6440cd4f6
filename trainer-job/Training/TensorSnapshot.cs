using Pipeline.Modeling.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>A copy of tensors in the host's memory, which no later step changes.</summary>
internal sealed class TensorSnapshot : IDisposable
{
    private readonly Dictionary<string, Tensor> _copies;

    /// <summary>Copies tensors of any device.</summary>
    public TensorSnapshot(IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        // Of a tensor in the host's memory, cpu() is the tensor itself.
        _copies = tensors.ToDictionary(t => t.Key, t => (t.Value.device_type == DeviceType.CPU ? t.Value.detach().clone() : t.Value.detach().cpu()).DetachFromDisposeScope());
    }

    /// <summary>Writes the copy into a file.</summary>
    public void Write(string path) => SafetensorsWriter.Write(path, _copies);

    public void Dispose()
    {
        foreach (var copy in _copies.Values)
            copy.Dispose();
    }
}
