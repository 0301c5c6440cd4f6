namespace Pipeline.Modeling.Tests;

/// <summary>
/// Names and shapes of the state dictionaries of Hugging Face's <c>…ForSequenceClassification</c>, written out for the
/// configurations of <see cref="TinyModels"/>: vocabulary 20, width 8, two blocks, three labels.
/// </summary>
internal static class HuggingFaceLayouts
{
    public static IReadOnlyDictionary<string, long[]> Of(string family) => family switch
    {
        "gpt2" => Blocks("transformer.h.", s_gpt2Block, new()
        {
            ["transformer.wte.weight"] = [20, 8],
            ["transformer.wpe.weight"] = [12, 8],
            ["transformer.ln_f.weight"] = [8],
            ["transformer.ln_f.bias"] = [8],
            ["score.weight"] = [3, 8],
        }),
        "gpt_neo" => Blocks("transformer.h.", s_gptNeoBlock, new()
        {
            ["transformer.wte.weight"] = [20, 8],
            ["transformer.wpe.weight"] = [12, 8],
            ["transformer.ln_f.weight"] = [8],
            ["transformer.ln_f.bias"] = [8],
            ["score.weight"] = [3, 8],
        }),
        "bert" => Blocks("bert.encoder.layer.", s_bertBlock, new()
        {
            ["bert.embeddings.word_embeddings.weight"] = [20, 8],
            ["bert.embeddings.position_embeddings.weight"] = [12, 8],
            ["bert.embeddings.token_type_embeddings.weight"] = [2, 8],
            ["bert.embeddings.LayerNorm.weight"] = [8],
            ["bert.embeddings.LayerNorm.bias"] = [8],
            ["bert.pooler.dense.weight"] = [8, 8],
            ["bert.pooler.dense.bias"] = [8],
            ["classifier.weight"] = [3, 8],
            ["classifier.bias"] = [3],
        }),
        "distilbert" => Blocks("distilbert.transformer.layer.", s_distilBertBlock, new()
        {
            ["distilbert.embeddings.word_embeddings.weight"] = [20, 8],
            ["distilbert.embeddings.position_embeddings.weight"] = [12, 8],
            ["distilbert.embeddings.LayerNorm.weight"] = [8],
            ["distilbert.embeddings.LayerNorm.bias"] = [8],
            ["pre_classifier.weight"] = [8, 8],
            ["pre_classifier.bias"] = [8],
            ["classifier.weight"] = [3, 8],
            ["classifier.bias"] = [3],
        }),
        "roberta" => Blocks("roberta.encoder.layer.", s_bertBlock, new()
        {
            ["roberta.embeddings.word_embeddings.weight"] = [20, 8],
            ["roberta.embeddings.position_embeddings.weight"] = [14, 8],
            ["roberta.embeddings.token_type_embeddings.weight"] = [1, 8],
            ["roberta.embeddings.LayerNorm.weight"] = [8],
            ["roberta.embeddings.LayerNorm.bias"] = [8],
            ["classifier.dense.weight"] = [8, 8],
            ["classifier.dense.bias"] = [8],
            ["classifier.out_proj.weight"] = [3, 8],
            ["classifier.out_proj.bias"] = [3],
        }),
        _ => throw new ArgumentException(family),
    };

    private static readonly Dictionary<string, long[]> s_gpt2Block = new()
    {
        ["ln_1.weight"] = [8],
        ["ln_1.bias"] = [8],
        ["attn.c_attn.weight"] = [8, 24],
        ["attn.c_attn.bias"] = [24],
        ["attn.c_proj.weight"] = [8, 8],
        ["attn.c_proj.bias"] = [8],
        ["ln_2.weight"] = [8],
        ["ln_2.bias"] = [8],
        ["mlp.c_fc.weight"] = [8, 12],
        ["mlp.c_fc.bias"] = [12],
        ["mlp.c_proj.weight"] = [12, 8],
        ["mlp.c_proj.bias"] = [8],
    };

    private static readonly Dictionary<string, long[]> s_gptNeoBlock = new()
    {
        ["ln_1.weight"] = [8],
        ["ln_1.bias"] = [8],
        ["attn.attention.k_proj.weight"] = [8, 8],
        ["attn.attention.v_proj.weight"] = [8, 8],
        ["attn.attention.q_proj.weight"] = [8, 8],
        ["attn.attention.out_proj.weight"] = [8, 8],
        ["attn.attention.out_proj.bias"] = [8],
        ["ln_2.weight"] = [8],
        ["ln_2.bias"] = [8],
        ["mlp.c_fc.weight"] = [32, 8],
        ["mlp.c_fc.bias"] = [32],
        ["mlp.c_proj.weight"] = [8, 32],
        ["mlp.c_proj.bias"] = [8],
    };

    private static readonly Dictionary<string, long[]> s_bertBlock = new()
    {
        ["attention.self.query.weight"] = [8, 8],
        ["attention.self.query.bias"] = [8],
        ["attention.self.key.weight"] = [8, 8],
        ["attention.self.key.bias"] = [8],
        ["attention.self.value.weight"] = [8, 8],
        ["attention.self.value.bias"] = [8],
        ["attention.output.dense.weight"] = [8, 8],
        ["attention.output.dense.bias"] = [8],
        ["attention.output.LayerNorm.weight"] = [8],
        ["attention.output.LayerNorm.bias"] = [8],
        ["intermediate.dense.weight"] = [12, 8],
        ["intermediate.dense.bias"] = [12],
        ["output.dense.weight"] = [8, 12],
        ["output.dense.bias"] = [8],
        ["output.LayerNorm.weight"] = [8],
        ["output.LayerNorm.bias"] = [8],
    };

    private static readonly Dictionary<string, long[]> s_distilBertBlock = new()
    {
        ["attention.q_lin.weight"] = [8, 8],
        ["attention.q_lin.bias"] = [8],
        ["attention.k_lin.weight"] = [8, 8],
        ["attention.k_lin.bias"] = [8],
        ["attention.v_lin.weight"] = [8, 8],
        ["attention.v_lin.bias"] = [8],
        ["attention.out_lin.weight"] = [8, 8],
        ["attention.out_lin.bias"] = [8],
        ["sa_layer_norm.weight"] = [8],
        ["sa_layer_norm.bias"] = [8],
        ["ffn.lin1.weight"] = [12, 8],
        ["ffn.lin1.bias"] = [12],
        ["ffn.lin2.weight"] = [8, 12],
        ["ffn.lin2.bias"] = [8],
        ["output_layer_norm.weight"] = [8],
        ["output_layer_norm.bias"] = [8],
    };

    private static Dictionary<string, long[]> Blocks(string prefix, Dictionary<string, long[]> block, Dictionary<string, long[]> others)
    {
        for (int layer = 0; layer < 2; layer++)
        {
            foreach (var (name, shape) in block) others[$"{prefix}{layer}.{name}"] = shape;
        }
        return others;
    }
}
