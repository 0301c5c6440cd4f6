using Pipeline.Core;
using Pipeline.Core.Metrics;
using Pipeline.Core.Tokenization;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Lora;
using Pipeline.Modeling.Pretrained;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Training;

namespace Pipeline.Modeling.Tests.Training;

/// <summary>A training that is over in a second: 160 texts of three labels, and a GPT-2 of two blocks.</summary>
internal static class TinyTraining
{
    private const int Pad = 1;

    public static TrainingData Data { get; } = MakeData(ProblemType.SingleLabelClassification);

    public static TrainingData Several { get; } = MakeData(ProblemType.MultiLabelClassification);

    /// <summary>The labels as numbers, in units of their own and far from zero.</summary>
    public static TrainingData Numbers { get; } = MakeData(ProblemType.Regression);

    public static TrainingLoop Loop(
        int epochs = 3, bool several = false, bool lora = false, bool taught = false, TrainingArguments? arguments = null, bool numbers = false)
    {
        var data = numbers ? Numbers : several ? Several : Data;
        var asked = (arguments ?? TinyArguments.Default) with { NumTrainEpochs = epochs };
        if (numbers)
            asked = asked with { MetricForBestModel = "r2" };
        var teacher = taught ? LinearTeacher.Fit(data, asked.Seed, TestContext.Current.CancellationToken) : null;
        return new TrainingLoop(Model(data, lora: lora), data, asked, new Silent(), teacher);
    }

    public static GPT2ForSequenceClassification Model(TrainingData data, double dropout = 0.1, bool lora = false)
    {
        var model = new GPT2ForSequenceClassification(
            new GPT2Config
            {
                VocabSize = 40, NPositions = 16, NEmbd = 16, NLayer = 2, NHead = 2, AttnPdrop = 0, EmbdPdrop = dropout, ResidPdrop = dropout, PadTokenId = Pad,
                BosTokenId = 0, EosTokenId = 0,
            }.WithLabels(data.Labels),
            seed: 3);
        if (lora)
            LoraModel.Attach(model, new LoraConfig { R = 2, LoraDropout = 0.1 }, seed: 4);
        return model;
    }

    public static Dictionary<string, float[]> Weights(TrainingLoop loop) =>
        loop.Tensors.Model.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach().contiguous().data<float>().ToArray());

    private static TrainingData MakeData(ProblemType problem)
    {
        var random = new Random(1);
        return new TrainingData(Split(160), Split(40), Split(40), problem == ProblemType.Regression ? ["LABEL_0"] : ["a", "b", "c"], problem, HasPairs: false, new NoTokenizer());

        // The tokens 3, 4 and 5 stand for the labels.
        List<Example> Split(int count) => [.. Enumerable.Range(0, count).Select(i =>
        {
            int[] ids = [.. Enumerable.Range(0, random.Next(4, 16)).Select(_ => random.Next(10, 40))];
            int[] labels = problem != ProblemType.MultiLabelClassification ? [i % 3] : [.. Enumerable.Range(0, 3).Where(label => (i >> label) % 2 == 1)];
            for (var place = 0; place < 4 && labels.Length > 0; place++)
                ids[place] = 3 + labels[place % labels.Length];
            return problem == ProblemType.Regression ? new Example(ids, null, [], Target: 1_990 + 10 * labels[0]) : new Example(ids, null, labels);
        })];
    }

    private sealed class Silent : ITrainingObserver
    {
        public void OnStep(StepReport step) { }

        public void OnEpoch(EpochMetrics epoch, ModelMetrics validation, int step, bool isBest) { }
    }

    private sealed class NoTokenizer : ITextTokenizer
    {
        public int VocabularySize => 40;

        public int? PadTokenId => Pad;

        public SpecialTokenTemplate Template { get; } = SpecialTokenTemplate.Gpt(endOfText: 0);

        public int[] Encode(string text) => throw new NotSupportedException();

        public string Decode(ReadOnlySpan<int> ids) => string.Join(' ', ids.ToArray());
    }
}
