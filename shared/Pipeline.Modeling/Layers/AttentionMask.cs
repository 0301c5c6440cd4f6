using static TorchSharp.torch;

namespace Pipeline.Modeling.Layers;

/// <summary>Which token attends to which.</summary>
/// <param name="Pairs">Bool, broadcast to <c>[batch, heads, query, key]</c>: true where the query attends to the key. No row is all false. Null: no limit but <paramref name="IsCausal"/>.</param>
/// <param name="IsCausal">A token attends to itself and to what stands before it; only where <paramref name="Pairs"/> is null.</param>
internal sealed record AttentionMask(Tensor? Pairs, bool IsCausal);
