namespace Pipeline.Modeling.Pretrained;

/// <summary>Classifiers of any family that is supported; which one, <c>model_type</c> says.</summary>
public static class AutoModelForSequenceClassification
{
    /// <summary>Loads a checkpoint folder of Hugging Face's layout, of any kind: base model, language model or classifier.</summary>
    /// <param name="directory">With <c>config.json</c> and <c>model.safetensors</c>, or shards with their index.</param>
    /// <param name="options">What to change on the way; default: nothing.</param>
    /// <exception cref="InvalidDataException">A file is missing, broken, or not a checkpoint of a supported family; the message says which and why.</exception>
    public static SequenceClassifier FromPretrained(string directory, PretrainedOptions? options = null) =>
        PretrainedLoader.Load(directory, options ?? new PretrainedOptions(), expected: null);

    /// <summary>A new model with random weights, as Hugging Face initializes them.</summary>
    /// <param name="config">Of any family; with at least one label.</param>
    /// <param name="seed">Of the weights.</param>
    public static SequenceClassifier FromConfig(PretrainedConfig config, long seed)
    {
        var model = ModelFamily.Named(config.ModelType).Create(config);
        model.InitializeAll(seed);
        return model;
    }
}
