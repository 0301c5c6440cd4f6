using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Safetensors;

/// <summary>
/// Reads a safetensors file; the bytes go from the page cache straight into the tensors' own memory.
/// (Not memory-mapped on purpose: a mapped file that another process cuts short kills this process, a read gives an error.)
/// </summary>
public sealed class SafetensorsReader : ITensorSource
{
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly Dictionary<string, SafetensorsEntry> _tensors;

    private SafetensorsReader(string path, SafeFileHandle file, Dictionary<string, SafetensorsEntry> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        (_path, _file, _tensors, Metadata) = (path, file, tensors, metadata);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, SafetensorsEntry> Tensors => _tensors;

    /// <summary>The file's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its whole header.</summary>
    /// <exception cref="InvalidDataException">The file is broken; the message names it and says where.</exception>
    public static SafetensorsReader Open(string path)
    {
        using var stream = File.OpenRead(path);
        try
        {
            var (tensors, metadata) = SafetensorsHeader.Read(stream, stream.Length);
            return new SafetensorsReader(path, File.OpenHandle(path), tensors, metadata);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path} is not a valid safetensors file: {e.Message}.", e);
        }
    }

    /// <inheritdoc/>
    public Tensor Read(string name)
    {
        var (entry, type) = Find(name);
        var tensor = empty([.. entry.Shape], type);
        Fill(tensor, name, entry);
        return tensor;
    }

    /// <inheritdoc/>
    public void CopyTo(string name, Tensor destination)
    {
        var (entry, type) = Find(name);
        if (!entry.Shape.SequenceEqual(destination.shape))
            throw new InvalidDataException($"{_path}: tensor '{name}' has the shape [{string.Join(", ", entry.Shape)}], expected [{string.Join(", ", destination.shape)}].");

        using var grad = no_grad();
        using var scope = NewDisposeScope();
        if (type == destination.dtype && destination.device.type == TorchSharp.DeviceType.CPU && destination.is_contiguous())
            Fill(destination, name, entry);
        else
            destination.copy_(Read(name));
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private (SafetensorsEntry Entry, ScalarType Type) Find(string name)
    {
        if (!_tensors.TryGetValue(name, out var entry)) throw new InvalidDataException($"{_path} has no tensor '{name}'.");
        return (entry, SafetensorsDtype.ToTorch(entry.Dtype) ?? throw new InvalidDataException($"{_path}: tensor '{name}' is {entry.Dtype}, which cannot be loaded; convert it to F32, F16 or BF16."));
    }

    private void Fill(Tensor tensor, string name, SafetensorsEntry entry)
    {
        TensorBytes.ForEachChunkInParallel(tensor, (chunk, start) =>
        {
            for (long offset = entry.Offset + start; !chunk.IsEmpty;)
            {
                int read = RandomAccess.Read(_file, chunk, offset);
                if (read == 0) throw new InvalidDataException($"{_path} ended inside the tensor '{name}': it was cut short while it was read.");
                offset += read;
                chunk = chunk[read..];
            }
        });
    }
}
