namespace Pipeline.Core.Tokenization;

/// <summary>Hugging Face's names for the tokenizers of the families that are read here.</summary>
internal static class TokenizerClasses
{
    public const string Gpt2 = "GPT2Tokenizer";
    public const string Bert = "BertTokenizer";
    public const string DistilBert = "DistilBertTokenizer";
    public const string Roberta = "RobertaTokenizer";

    /// <summary>The name without the ending of the fast variant, which is the same tokenizer.</summary>
    public static string Plain(string name) => name.EndsWith("Fast", StringComparison.Ordinal) ? name[..^4] : name;

    /// <summary>The tokenizer that Hugging Face takes for a <c>model_type</c> of <c>config.json</c>; null for a family not read here.</summary>
    public static string? OfModelType(string? modelType) => modelType switch
    {
        "gpt2" or "gpt_neo" => Gpt2,
        "bert" => Bert,
        "distilbert" => DistilBert,
        "roberta" => Roberta,
        _ => null,
    };

    /// <summary>Whether models with such a tokenizer read token types (<c>model_input_names</c>).</summary>
    public static bool HasTokenTypes(string name) => name is not (Gpt2 or DistilBert or Roberta);
}
