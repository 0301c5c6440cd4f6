using Pipeline.Core.Metrics;
using Pipeline.Core.Tokenization;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Pretrained;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests.Training;

public sealed class TrainingLoopTests
{
    private const int Pad = 1;
    private static readonly TrainingData Data = MakeData();

    public TrainingLoopTests()
    {
        TorchRuntime.Initialize();
        set_num_threads(1);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void It_learns_which_token_stands_for_which_class()
    {
        using var loop = Loop(epochs: 10);
        loop.Run(_ => { }, Token);

        Assert.Equal(10, loop.State.History.Count);
        Assert.InRange(loop.State.BestValidation!.Accuracy, 0.9, 1.0);
        Assert.True(loop.State.History[^1].TrainingLoss < loop.State.History[0].TrainingLoss);
    }

    [Fact]
    public void After_any_number_of_interruptions_the_weights_are_those_of_an_undisturbed_run_bit_for_bit()
    {
        using var undisturbed = Loop();
        undisturbed.Run(_ => { }, Token);
        var expected = Weights(undisturbed);

        var random = new Random(11);
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var checkpoint = Path.Combine(folder.FullName, "checkpoint.safetensors");
            TrainingState? saved = null;
            var interruptions = 0;
            while (true)
            {
                using var loop = Loop();
                if (saved is not null)
                {
                    loop.Tensors.Load(checkpoint);
                    loop.State = saved;
                }

                using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
                var stepsUntilKill = random.Next(1, 12);
                var stepsSinceSave = 0;
                try
                {
                    loop.Run(
                        _ =>
                        {
                            // Saved now and then; what was done since is lost with the kill and done again.
                            if (++stepsSinceSave % 3 == 0)
                            {
                                loop.Tensors.Save(checkpoint);
                                saved = loop.State;
                            }

                            if (--stepsUntilKill == 0)
                                stop.Cancel();
                        },
                        stop.Token);
                    Assert.Equal(expected, Weights(loop));
                    Assert.Equal(undisturbed.State.History, loop.State.History);
                    Assert.Equal(undisturbed.State.BestEpoch, loop.State.BestEpoch);
                    break;
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested && !Token.IsCancellationRequested)
                {
                    interruptions++;
                }
            }

            Assert.InRange(interruptions, 3, 1_000);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Training_keeps_no_tensor_that_it_does_not_need()
    {
        using var loop = Loop();
        var counts = new List<long>();
        loop.Run(_ => counts.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount), Token);

        // The first epoch makes the moments and the copy of the best weights; from then on nothing is added.
        Assert.Equal(counts[counts.Count / 2], counts[^1]);
    }

    [Fact]
    public void The_best_epoch_is_the_one_with_the_highest_macro_f1_and_among_equals_the_lowest_loss()
    {
        var state = new TrainingState { BestValidation = Metrics(right: 8, loss: 0.5) };

        Assert.True(new TrainingState().IsBest(Metrics(1, 9)));
        Assert.True(state.IsBest(Metrics(9, 0.9)));
        Assert.True(state.IsBest(Metrics(8, 0.4)));
        Assert.False(state.IsBest(Metrics(8, 0.5)));
        Assert.False(state.IsBest(Metrics(7, 0.1)));

        static ClassificationMetrics Metrics(int right, double loss)
        {
            var matrix = new ConfusionMatrix(2);
            for (var i = 0; i < 10; i++)
                matrix.Add(i % 2, i < right ? i % 2 : 1 - i % 2);
            return ClassificationMetrics.From(matrix, ["a", "b"], loss);
        }
    }

    private static TrainingLoop Loop(int epochs = 3)
    {
        var arguments = new TrainingArguments
        {
            Seed = 5, MaxLength = 12, NumTrainEpochs = epochs, PerDeviceTrainBatchSize = 16, LearningRate = 5e-3, WarmupRatio = 0.1,
            WeightDecay = 0.01, MaxGradNorm = 1, Dropout = 0.1, WordDropout = 0.1, RandomWindow = 0.5, EmaDecay = 0.9, Reasons = new Dictionary<string, string>(),
        };
        return new TrainingLoop(Model(), Model(), Data, arguments, new Silent());

        static GPT2ForSequenceClassification Model() => new(
            new GPT2Config
            {
                VocabSize = 40, NPositions = 16, NEmbd = 16, NLayer = 2, NHead = 2, AttnPdrop = 0, PadTokenId = Pad,
                BosTokenId = 0, EosTokenId = 0,
            }.WithLabels(Data.Labels),
            seed: 3);
    }

    private static Dictionary<string, float[]> Weights(TrainingLoop loop) =>
        loop.Tensors.Averaged.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach().contiguous().data<float>().ToArray());

    private static TrainingData MakeData()
    {
        var random = new Random(1);
        return new TrainingData(Split(160), Split(40), Split(40), ["a", "b", "c"], new NoTokenizer(), EndOfTextTokenId: 0);

        EncodedSplit Split(int count)
        {
            int[] labels = [.. Enumerable.Range(0, count).Select(i => i % 3)];
            return new EncodedSplit([.. labels.Select(label =>
            {
                int[] ids = [.. Enumerable.Range(0, random.Next(4, 16)).Select(_ => random.Next(10, 40))];
                ids[0] = ids[2] = 3 + label;
                return ids;
            })], labels);
        }
    }

    private sealed class Silent : ITrainingObserver
    {
        public void OnStep(StepReport step) { }

        public void OnEpoch(EpochMetrics epoch, int step, bool isBest) { }
    }

    private sealed class NoTokenizer : ITextTokenizer
    {
        public int VocabularySize => 40;

        public int? PadTokenId => Pad;

        public SpecialTokenTemplate Template { get; } = SpecialTokenTemplate.Gpt(endOfText: 0);

        public int[] Encode(string text) => throw new NotSupportedException();

        public string Decode(ReadOnlySpan<int> ids) => throw new NotSupportedException();
    }
}
