namespace Pipeline.Modeling.Layers;

/// <summary>A projection whose matrix is stored as <c>[in, out]</c>, as GPT-2's checkpoints have it.</summary>
internal sealed class Conv1D(long inputWidth, long outputWidth) : Projection(nameof(Conv1D), inputWidth, outputWidth, isTransposed: true, hasBias: true);
