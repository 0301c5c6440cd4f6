namespace Pipeline.Modeling.Safetensors;

/// <summary>Where a tensor lies in a safetensors file.</summary>
/// <param name="Dtype">As in the file: <c>F32</c>, <c>BF16</c>, <c>I64</c>, …</param>
/// <param name="Shape">Empty for a scalar.</param>
/// <param name="Offset">First byte, from the beginning of the file.</param>
/// <param name="Length">In bytes.</param>
public sealed record SafetensorsEntry(string Dtype, IReadOnlyList<long> Shape, long Offset, long Length);
