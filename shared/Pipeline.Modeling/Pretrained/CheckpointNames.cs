using Pipeline.Modeling.Safetensors;

namespace Pipeline.Modeling.Pretrained;

/// <summary>How the tensors of a family's classifier are called, and where else a checkpoint may have them.</summary>
/// <param name="Prefix">Of the transformer under the head; a checkpoint of the base model alone has its tensors without it.</param>
/// <param name="TokenEmbedding">The table of token vectors, without the prefix.</param>
/// <param name="PositionEmbedding">The table of position vectors, without the prefix.</param>
/// <param name="Head">The last projection, onto the labels: <c>[labels, width]</c>.</param>
/// <param name="TiedEmbedding">A language model's projection onto the vocabulary. It is the token embedding, and a file may hold the two under this name only.</param>
/// <param name="Pooler">Part of the transformer that checkpoints of other kinds may lack, without the prefix; null where there is none.</param>
internal sealed record CheckpointNames(string Prefix, string TokenEmbedding, string PositionEmbedding, string Head, string TiedEmbedding, string? Pooler)
{
    /// <summary>Of GPT-2 and GPT-Neo.</summary>
    public static CheckpointNames Decoder { get; } = new("transformer.", "wte.weight", "wpe.weight", "score.weight", "lm_head.weight", null);

    /// <summary>Of the BERT family.</summary>
    public static CheckpointNames Encoder(string prefix, string head, string tied) =>
        new(prefix, "embeddings.word_embeddings.weight", "embeddings.position_embeddings.weight", head, tied, "pooler.");

    /// <summary>Whether this is the table of token vectors.</summary>
    public bool IsTokenEmbedding(string name) => name == Prefix + TokenEmbedding;

    /// <summary>Whether this is the table of position vectors.</summary>
    public bool IsPositionEmbedding(string name) => name == Prefix + PositionEmbedding;

    /// <summary>Whether the tensor lies above the transformer.</summary>
    public bool IsHead(string name) => !name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Whether checkpoints of other kinds may lack the tensor, which is then new.</summary>
    public bool MayBeNew(string name) => IsHead(name) || Pooler is not null && name.StartsWith(Prefix + Pooler, StringComparison.Ordinal);

    /// <summary>The name under which a checkpoint has a tensor of the model; null where it has none.</summary>
    public string? FindStored(string name, ITensorSource source) => Candidates(name).FirstOrDefault(source.Tensors.ContainsKey);

    private IEnumerable<string> Candidates(string name)
    {
        yield return name;
        if (IsHead(name)) yield break;
        string bare = name[Prefix.Length..];
        yield return bare;
        // Checkpoints that were converted from TensorFlow before 2019 call the two vectors of a norm by other names.
        foreach (string full in new[] { name, bare })
        {
            if (full.EndsWith("LayerNorm.weight", StringComparison.Ordinal)) yield return full[..^"weight".Length] + "gamma";
            if (full.EndsWith("LayerNorm.bias", StringComparison.Ordinal)) yield return full[..^"bias".Length] + "beta";
        }
        if (IsTokenEmbedding(name)) yield return TiedEmbedding;
    }
}
