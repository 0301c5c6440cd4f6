using Pipeline.Core;
using Pipeline.Core.Metrics;
using Pipeline.Core.Runs;
using Pipeline.Core.Tokenization;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Training;

namespace Pipeline.Modeling.Tests.Training;

public sealed class RareLabelsTests
{
    private const int Labels = 40;

    [Fact]
    public void Labels_that_one_text_in_forty_has_are_learned()
    {
        TorchRuntime.Initialize();
        TorchSharp.torch.set_num_threads(1);
        var data = Data();
        var arguments = TrainingArgumentsFactory.Create(
            new RunOptions { NumTrainEpochs = 10 }, [.. data.Train.Select(e => e.InputIds.Length)], baseModel: null, data.Problem);
        using var loop = new TrainingLoop(ModelFactory.FromScratch(arguments, data), data, arguments, new Silent());
        loop.Run(_ => { }, TestContext.Current.CancellationToken);

        // Without the labels' frequencies in its first answers the model never gives one of them.
        Assert.InRange(loop.State.History[^1].ValidationMacroF1!.Value, 0.8, 1.0);
    }

    // Each text has one label of many, which one of its twelve tokens shows.
    private static TrainingData Data()
    {
        var random = new Random(1);
        return new TrainingData(
            Split(800), Split(200), Split(200), [.. Enumerable.Range(0, Labels).Select(i => $"{i}")], ProblemType.MultiLabelClassification, HasPairs: false, new Numbers());

        List<Example> Split(int count) => [.. Enumerable.Range(0, count).Select(i =>
        {
            int[] ids = [.. Enumerable.Range(0, 12).Select(_ => random.Next(100, 400))];
            ids[random.Next(12)] = 10 + i % Labels;
            return new Example(ids, null, [i % Labels]);
        })];
    }

    private sealed class Silent : ITrainingObserver
    {
        public void OnStep(StepReport step) { }

        public void OnEpoch(EpochMetrics epoch, ModelMetrics validation, int step, bool isBest) { }
    }

    private sealed class Numbers : ITextTokenizer
    {
        public int VocabularySize => 400;

        public int? PadTokenId => 1;

        public SpecialTokenTemplate Template { get; } = SpecialTokenTemplate.Gpt(endOfText: 0);

        public int[] Encode(string text) => throw new NotSupportedException();

        public string Decode(ReadOnlySpan<int> ids) => string.Join(' ', ids.ToArray());
    }
}
