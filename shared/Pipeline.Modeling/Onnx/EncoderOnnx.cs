namespace Pipeline.Modeling.Onnx;

/// <summary>What the graphs of BERT, RoBERTa and DistilBERT have in common: embeddings with a norm, norms after, a dense layer before the head on the first token.</summary>
internal sealed class EncoderOnnx(OnnxTransformer parts, string model)
{
    /// <summary>Positions 0, 1, 2, …: <c>[seq, width]</c>.</summary>
    public string Positions() => parts.Text.Positions(parts.Table(model + "embeddings.position_embeddings.weight"));

    /// <summary>
    /// Positions as RoBERTa counts them: tokens other than the padding token have the rows after its own, in order; it has its own.
    /// <c>[batch, seq, width]</c>
    /// </summary>
    public string PositionsAfter(int paddingId) =>
        parts.Graph.Node("Gather", [parts.Table(model + "embeddings.position_embeddings.weight"), parts.Text.CountedWithout(paddingId)]);

    /// <summary>The vectors of the token types that an input gives, <c>[batch, seq, width]</c>.</summary>
    public string TokenTypes() => parts.Graph.Node("Gather", [parts.Table(TypeTable), parts.Text.TokenTypes()]);

    /// <summary>The vector of token type 0 for every token, <c>[1, width]</c>.</summary>
    public string OneTokenType() => parts.Graph.Weight(TypeTable + ".0", parts.Parameter(TypeTable).narrow(0, 0, 1));

    /// <summary>Ids to <c>[batch, seq, width]</c>.</summary>
    /// <param name="others">What is added to the tokens' vectors.</param>
    public string Embed(params string[] others)
    {
        const string Words = "embeddings.word_embeddings.weight";
        string words = parts.Products.Lookup(parts.Text.Ids, model + Words, parts.Parameter(model + Words));
        return parts.Norm(parts.Sum([words, .. others]), model + "embeddings.LayerNorm");
    }

    /// <summary>The head: a dense layer with an activation function, then the labels.</summary>
    public void Classify(string text, string dense, string activation, string head, int labels) =>
        parts.Classify(parts.Products.Activated(text, parts.Matrix(dense), activation), head, labels);

    private string TypeTable => model + "embeddings.token_type_embeddings.weight";
}
