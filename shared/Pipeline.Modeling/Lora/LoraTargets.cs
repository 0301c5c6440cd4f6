namespace Pipeline.Modeling.Lora;

/// <summary>Which modules of a model LoRA changes, by name.</summary>
public static class LoraTargets
{
    /// <summary>The modules of a classification head, under the names that the families give them.</summary>
    public static IReadOnlyList<string> HeadNames { get; } = ["classifier", "score", "pre_classifier"];

    /// <summary>The projections that PEFT adapts where none are named; for DistilBERT, which it does not know, those that are BERT's there.</summary>
    /// <param name="modelType"><c>model_type</c> of the configuration.</param>
    /// <exception cref="ArgumentException">The family has no default.</exception>
    public static IReadOnlyList<string> Default(string modelType) => modelType switch
    {
        "gpt2" => ["c_attn"],
        "gpt_neo" => ["q_proj", "v_proj"],
        "bert" or "roberta" => ["query", "value"],
        "distilbert" => ["q_lin", "v_lin"],
        _ => throw new ArgumentException($"There is no default for the model type '{modelType}': name the projections (target_modules).", nameof(modelType)),
    };

    /// <summary>Whether a module is meant by a name, as PEFT matches them: the whole name, or its last parts.</summary>
    internal static bool Means(string name, string module) => module == name || module.EndsWith("." + name, StringComparison.Ordinal);

    /// <summary>Whether a module, or one that it is a part of, is meant by one of the names.</summary>
    internal static bool IsWithin(IReadOnlyList<string> names, string module)
    {
        for (var end = module.Length; end > 0; end = module.LastIndexOf('.', end - 1))
        {
            if (names.Any(name => Means(name, module[..end]))) return true;
        }

        return false;
    }
}
