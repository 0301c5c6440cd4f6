using System.Buffers.Binary;
using System.Text.Json;

namespace Pipeline.Modeling.Safetensors;

/// <summary>
/// Reads and checks the header of a safetensors file: 8 bytes with its length (little endian), then JSON, then the tensors' bytes.
/// Nothing that the file says is used before it is checked, so a hostile file gets an <see cref="InvalidDataException"/>.
/// </summary>
internal static class SafetensorsHeader
{
    private const long LongestHeader = 100_000_000; // as in the reference implementation

    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    public static (Dictionary<string, SafetensorsEntry> Tensors, Dictionary<string, string> Metadata) Read(Stream file, long fileLength)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (fileLength < prefix.Length) throw new InvalidDataException($"it has {fileLength} bytes, too few for a header");
        file.ReadExactly(prefix);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        long dataLength = fileLength - prefix.Length;
        if (headerLength > (ulong)Math.Min(dataLength, LongestHeader)) throw new InvalidDataException($"its header would be {headerLength} bytes long, in a file of {fileLength}");

        byte[] header = new byte[headerLength];
        file.ReadExactly(header);
        try
        {
            using var json = JsonDocument.Parse(header, s_strict);
            return Parse(json.RootElement, prefix.Length + (long)headerLength, fileLength);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new InvalidDataException($"its header is not what the format asks for: {e.Message}", e);
        }
    }

    private static (Dictionary<string, SafetensorsEntry>, Dictionary<string, string>) Parse(JsonElement root, long dataStart, long fileLength)
    {
        var metadata = new Dictionary<string, string>();
        var tensors = new Dictionary<string, SafetensorsEntry>();
        foreach (var property in root.EnumerateObject())
        {
            if (property.Name == "__metadata__")
            {
                foreach (var item in property.Value.EnumerateObject()) metadata.Add(item.Name, item.Value.GetString() ?? "");
            }
            else
            {
                tensors.Add(property.Name, ParseEntry(property, dataStart));
            }
        }
        CheckLayout(tensors, dataStart, fileLength);
        return (tensors, metadata);
    }

    private static SafetensorsEntry ParseEntry(JsonProperty property, long dataStart)
    {
        string name = property.Name;
        string dtype = Field(property, "dtype").GetString() ?? "";
        int size = SafetensorsDtype.SizeOf(dtype) ?? throw new InvalidDataException($"tensor '{name}' has the unknown dtype '{dtype}'");
        long[] shape = [.. Field(property, "shape").EnumerateArray().Select(d => d.GetInt64())];
        long[] offsets = [.. Field(property, "data_offsets").EnumerateArray().Select(o => o.GetInt64())];
        if (shape.Any(d => d < 0)) throw new InvalidDataException($"tensor '{name}' has a negative dimension");
        if (offsets is not [>= 0, >= 0] || offsets[1] < offsets[0]) throw new InvalidDataException($"tensor '{name}' has the data_offsets [{string.Join(", ", offsets)}]");

        long bytes = size;
        foreach (long dimension in shape) bytes = checked(bytes * dimension);
        if (bytes != offsets[1] - offsets[0]) throw new InvalidDataException($"tensor '{name}' of {dtype} [{string.Join(", ", shape)}] needs {bytes} bytes, its data_offsets give {offsets[1] - offsets[0]}");
        return new SafetensorsEntry(dtype, shape, checked(dataStart + offsets[0]), bytes);
    }

    /// <summary>The tensors must fill the file, without a gap and without an overlap.</summary>
    private static void CheckLayout(Dictionary<string, SafetensorsEntry> tensors, long dataStart, long fileLength)
    {
        long end = dataStart;
        foreach (var (name, entry) in tensors.OrderBy(t => t.Value.Offset).ThenBy(t => t.Value.Length))
        {
            if (entry.Offset != end) throw new InvalidDataException($"tensor '{name}' begins at byte {entry.Offset}, but the one before it ends at {end}");
            end = checked(end + entry.Length);
        }
        if (end != fileLength) throw new InvalidDataException($"its tensors end at byte {end}, but the file has {fileLength} bytes");
    }

    private static JsonElement Field(JsonProperty tensor, string name) =>
        tensor.Value.TryGetProperty(name, out var value) ? value : throw new InvalidDataException($"tensor '{tensor.Name}' has no {name}");
}
