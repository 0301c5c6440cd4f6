using static TorchSharp.torch;

namespace Pipeline.Modeling.Safetensors;

/// <summary>Named tensors on disk, in one file or in several.</summary>
public interface ITensorSource : IDisposable
{
    /// <summary>What there is.</summary>
    IReadOnlyDictionary<string, SafetensorsEntry> Tensors { get; }

    /// <summary>A new tensor on the CPU, in the dtype of the file.</summary>
    /// <exception cref="InvalidDataException">There is none of that name, or its dtype does not exist in Torch.</exception>
    Tensor Read(string name);

    /// <summary>Copies a tensor into an existing one of the same shape, converting to its dtype and device.</summary>
    /// <exception cref="InvalidDataException">There is none of that name, or its shape differs.</exception>
    void CopyTo(string name, Tensor destination);
}
