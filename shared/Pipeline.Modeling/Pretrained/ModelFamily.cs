using Pipeline.Modeling.Bert;
using Pipeline.Modeling.DistilBert;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.GptNeo;
using Pipeline.Modeling.Roberta;

namespace Pipeline.Modeling.Pretrained;

/// <summary>A family of models under its <c>model_type</c>.</summary>
/// <param name="ModelType">As in <c>config.json</c>.</param>
/// <param name="ConfigType">What <c>config.json</c> is read as.</param>
/// <param name="Names">Of the tensors.</param>
/// <param name="Create">Makes a model whose weights are not yet set.</param>
internal sealed record ModelFamily(string ModelType, Type ConfigType, CheckpointNames Names, Func<PretrainedConfig, SequenceClassifier> Create)
{
    public static ModelFamily GPT2 { get; } = Of<GPT2Config>("gpt2", CheckpointNames.Decoder, config => new GPT2ForSequenceClassification(config));

    /// <summary>All families.</summary>
    public static IReadOnlyCollection<ModelFamily> All { get; } =
    [
        GPT2,
        Of<GPTNeoConfig>("gpt_neo", CheckpointNames.Decoder, config => new GPTNeoForSequenceClassification(config)),
        Of<BertConfig>("bert", CheckpointNames.Encoder("bert.", "classifier.weight", "cls.predictions.decoder.weight"), config => new BertForSequenceClassification(config)),
        Of<DistilBertConfig>("distilbert", CheckpointNames.Encoder("distilbert.", "classifier.weight", "vocab_projector.weight"), config => new DistilBertForSequenceClassification(config)),
        Of<RobertaConfig>("roberta", CheckpointNames.Encoder("roberta.", "classifier.out_proj.weight", "lm_head.decoder.weight"), config => new RobertaForSequenceClassification(config)),
    ];

    public static ModelFamily Named(string modelType) =>
        All.FirstOrDefault(f => f.ModelType == modelType) ?? throw new InvalidDataException($"The model type '{modelType}' is not supported.");

    private static ModelFamily Of<TConfig>(string modelType, CheckpointNames names, Func<TConfig, SequenceClassifier> create) where TConfig : PretrainedConfig =>
        new(modelType, typeof(TConfig), names, config => create((TConfig)config));
}
