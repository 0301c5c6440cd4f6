using System.Text.Json;
using Pipeline.Modeling.Bert;
using Pipeline.Modeling.DistilBert;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.GptNeo;
using Pipeline.Modeling.Pretrained;
using Pipeline.Modeling.Roberta;

namespace Pipeline.Modeling.Tests;

/// <summary>A tiny configuration of each family, without dropout and with weights so large that every part shows in the logits.</summary>
internal static class TinyModels
{
    public static IEnumerable<TheoryDataRow<string>> Families => s_configs.Keys.Select(family => new TheoryDataRow<string>(family));

    private static readonly Dictionary<string, PretrainedConfig> s_configs = new PretrainedConfig[]
    {
        new GPT2Config { VocabSize = 20, NPositions = 12, NEmbd = 8, NLayer = 2, NHead = 2, NInner = 12, ScaleAttnByInverseLayerIdx = true, PadTokenId = 19 },
        new GPTNeoConfig
        {
            VocabSize = 20,
            MaxPositionEmbeddings = 12,
            HiddenSize = 8,
            NumLayers = 2,
            NumHeads = 2,
            WindowSize = 3,
            PadTokenId = 19,
            AttentionTypes = JsonSerializer.SerializeToElement(new object[] { new object[] { new[] { "global", "local" }, 1 } }),
        },
        new BertConfig { VocabSize = 20, MaxPositionEmbeddings = 12, HiddenSize = 8, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 12 },
        new DistilBertConfig { VocabSize = 20, MaxPositionEmbeddings = 12, Dim = 8, NLayers = 2, NHeads = 2, HiddenDim = 12 },
        new RobertaConfig { VocabSize = 20, MaxPositionEmbeddings = 14, HiddenSize = 8, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 12, TypeVocabSize = 1, LayerNormEps = 1e-5 },
    }.ToDictionary(c => c.ModelType, c => c.WithDropout(0).WithLabels(["a", "b", "c"]) with { InitializerRange = 0.3 });

    public static PretrainedConfig Config(string family) => s_configs[family];

    public static SequenceClassifier Create(string family, long seed = 1) => AutoModelForSequenceClassification.FromConfig(Config(family), seed);
}
