namespace Pipeline.Core.Baselines;

/// <summary>The entries of a vector that are not zero.</summary>
/// <param name="Indices">Their positions, ascending.</param>
/// <param name="Values">Their values.</param>
public sealed record SparseVector(int[] Indices, float[] Values);
