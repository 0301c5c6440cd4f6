using Pipeline.Modeling.Gpt2;

namespace Pipeline.Modeling.Pretrained;

/// <summary>A family of models under its <c>model_type</c>.</summary>
/// <param name="ModelType">As in <c>config.json</c>.</param>
/// <param name="ConfigType">What <c>config.json</c> is read as.</param>
/// <param name="Names">Of the tensors.</param>
/// <param name="Create">Makes a model whose weights are not yet set.</param>
internal sealed record ModelFamily(string ModelType, Type ConfigType, CheckpointNames Names, Func<PretrainedConfig, SequenceClassifier> Create)
{
    public static ModelFamily GPT2 { get; } = Of<GPT2Config>("gpt2", new("transformer.", "wte.weight", "score.weight"), config => new GPT2ForSequenceClassification(config));

    /// <summary>All families.</summary>
    public static IReadOnlyCollection<ModelFamily> All { get; } = [GPT2];

    public static ModelFamily Named(string modelType) =>
        All.FirstOrDefault(f => f.ModelType == modelType) ?? throw new InvalidDataException($"The model type '{modelType}' is not supported.");

    private static ModelFamily Of<TConfig>(string modelType, CheckpointNames names, Func<TConfig, SequenceClassifier> create) where TConfig : PretrainedConfig =>
        new(modelType, typeof(TConfig), names, config => create((TConfig)config));
}
