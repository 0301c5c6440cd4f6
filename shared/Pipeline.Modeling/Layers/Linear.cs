namespace Pipeline.Modeling.Layers;

/// <summary>
/// A projection whose matrix is stored as <c>[out, in]</c>. Unlike <c>nn.Linear</c> it does not spend time on random values
/// that a checkpoint replaces.
/// </summary>
internal sealed class Linear(long inputWidth, long outputWidth, bool hasBias = true) : Projection(nameof(Linear), inputWidth, outputWidth, isTransposed: false, hasBias);
