using Pipeline.Modeling.Safetensors;

namespace Pipeline.Modeling.Pretrained;

/// <summary>How the tensors of a family's classifier are called, and where else a checkpoint may have them.</summary>
/// <param name="Prefix">Of the transformer under the head; a checkpoint of the base model alone has its tensors without it.</param>
/// <param name="TokenEmbedding">The table of token vectors, without the prefix.</param>
/// <param name="Head">The last projection, onto the labels: <c>[labels, width]</c>.</param>
internal sealed record CheckpointNames(string Prefix, string TokenEmbedding, string Head)
{
    /// <summary>Its name in the classifier.</summary>
    public string TokenEmbeddingInModel => Prefix + TokenEmbedding;

    /// <summary>The name under which a checkpoint has a tensor of the model; null where it has none.</summary>
    public string? FindStored(string name, ITensorSource source) => Candidates(name).FirstOrDefault(source.Tensors.ContainsKey);

    /// <summary>Whether the tensor lies above the transformer, so that a checkpoint of another kind does not have it.</summary>
    public bool IsHead(string name) => !name.StartsWith(Prefix, StringComparison.Ordinal);

    private IEnumerable<string> Candidates(string name)
    {
        yield return name;
        if (!IsHead(name)) yield return name[Prefix.Length..];
    }
}
