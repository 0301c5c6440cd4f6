using Pipeline.Modeling.Safetensors;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Pretrained;

/// <summary>Loads an embedding of another number of rows: old rows are kept as far as they fit.</summary>
internal static class ResizedTable
{
    /// <summary>Tokens: new rows are the mean of the old ones, so that a new token is nobody in particular.</summary>
    public static void CopyTokens(ITensorSource source, string name, Tensor destination) =>
        Copy(source, name, destination, (old, added) => old.to_type(float32).mean([0]).expand(added, -1));

    /// <summary>
    /// Positions: the new rows repeat the old ones from the beginning (Beltagy et al. 2020, Longformer, §5). Neighbours stay
    /// neighbours but at the seams, and attention to what is near, which most heads have learned, works at once; the mean would be
    /// one position for all new places.
    /// </summary>
    /// <param name="source">The checkpoint.</param>
    /// <param name="name">The table.</param>
    /// <param name="destination">Its new form.</param>
    /// <param name="first">Rows at the beginning that are no positions of text and are not repeated.</param>
    public static void CopyPositions(ITensorSource source, string name, Tensor destination, long first) =>
        Copy(source, name, destination, (old, added) => old.index_select(0, first + (arange(added, int64) % (old.shape[0] - first))));

    private static void Copy(ITensorSource source, string name, Tensor destination, Func<Tensor, long, Tensor> newRows)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var old = source.Read(name);
        if (old.dim() != 2 || old.shape[0] == 0 || old.shape[1] != destination.shape[1]) throw new InvalidDataException($"The tensor '{name}' is [{string.Join(", ", old.shape)}], expected rows of {destination.shape[1]}.");
        long kept = Math.Min(old.shape[0], destination.shape[0]), added = destination.shape[0] - kept;
        destination.narrow(0, 0, kept).copy_(old.narrow(0, 0, kept));
        if (added > 0) destination.narrow(0, kept, added).copy_(newRows(old, added));
    }
}
