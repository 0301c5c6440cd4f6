using Pipeline.Core;
using Pipeline.Core.Metrics;
using Pipeline.Core.Tokenization;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Lora;
using Pipeline.Modeling.Optimization;
using Pipeline.Modeling.Pretrained;
using Pipeline.Modeling.Safetensors;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests.Training;

public sealed class TrainingLoopTests
{
    private const int Pad = 1;
    private static readonly TrainingData Data = MakeData(ProblemType.SingleLabelClassification);
    private static readonly TrainingData Several = MakeData(ProblemType.MultiLabelClassification);

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
        Assert.InRange(((ClassificationMetrics)loop.State.BestValidation!).Accuracy, 0.9, 1.0);
        Assert.True(loop.State.History[^1].TrainingLoss < loop.State.History[0].TrainingLoss);
    }

    [Theory, InlineData(false, false), InlineData(true, false), InlineData(false, true)]
    public void After_any_number_of_interruptions_the_weights_are_those_of_an_undisturbed_run_bit_for_bit(bool lora, bool taught)
    {
        using var undisturbed = Loop(lora: lora, taught: taught);
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
                using var loop = Loop(lora: lora, taught: taught);
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

    [Fact]
    public void As_many_mistakes_spread_otherwise_over_the_classes_are_decided_by_the_loss()
    {
        var (first, second) = (Metrics(missed: 7, wrong: 3, loss: 0.08), Metrics(missed: 5, wrong: 5, loss: 0.07));

        Assert.True(first.Macro.F1 > second.Macro.F1);
        Assert.True(new TrainingState { BestValidation = first }.IsBest(second));
        Assert.False(new TrainingState { BestValidation = second }.IsBest(first));

        static ClassificationMetrics Metrics(int missed, int wrong, double loss)
        {
            var matrix = new ConfusionMatrix(2);
            for (var i = 0; i < 423; i++)
                matrix.Add(0, i < missed ? 1 : 0);
            for (var i = 0; i < 173; i++)
                matrix.Add(1, i < wrong ? 0 : 1);
            return ClassificationMetrics.From(matrix, ["ham", "spam"], loss);
        }
    }

    [Fact]
    public void With_several_labels_each_is_learned_by_itself()
    {
        using var loop = Loop(epochs: 20, several: true);
        loop.Run(_ => { }, Token);

        var best = (ClassificationMetrics)loop.State.BestValidation!;
        Assert.InRange(best.Micro!.F1, 0.9, 1.0);
        Assert.InRange(best.HammingLoss!.Value, 0, 0.1);
        Assert.NotNull(best.MultilabelConfusionMatrix);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_taught_model_learns_the_labels_too(bool several)
    {
        using var loop = Loop(epochs: 20, several: several, taught: true);
        loop.Run(_ => { }, Token);

        Assert.InRange(((ClassificationMetrics)loop.State.BestValidation!).Macro.F1, 0.8, 1.0);
    }

    [Fact]
    public void The_average_is_in_the_model_only_while_it_is_measured()
    {
        using var loop = Loop(epochs: 1);
        var steps = 0;
        loop.Run(_ => Check(), Token);
        Assert.InRange(steps, 5, 100);

        void Check()
        {
            steps++;
            var weights = Weights(loop);
            using (loop.Tensors.Average.Use())
            {
                Assert.NotEqual(weights, Weights(loop));
                Assert.Equal(loop.Tensors.Average.Tensors["score.weight"].data<float>().ToArray(), Weights(loop)["score.weight"]);
            }

            Assert.Equal(weights, Weights(loop));
        }
    }

    [Fact]
    public void With_lora_a_checkpoint_holds_adapters_and_head_and_nothing_of_the_base_model()
    {
        using var loop = Loop(epochs: 1, lora: true);
        loop.Run(_ => { }, Token);
        using var folder = new TemporaryFolder();
        loop.Tensors.Save(folder.File("checkpoint"));

        using var saved = SafetensorsReader.Open(folder.File("checkpoint"));
        string[] trained =
        [
            "score.weight",
            "transformer.h.0.attn.c_attn.lora_A.weight", "transformer.h.0.attn.c_attn.lora_B.weight",
            "transformer.h.1.attn.c_attn.lora_A.weight", "transformer.h.1.attn.c_attn.lora_B.weight",
        ];
        Assert.Equal(
            trained.SelectMany(name => new[] { "model.", "average.", "best.", "optimizer.exp_avg.", "optimizer.exp_avg_sq." }.Select(prefix => prefix + name))
                .Append("optimizer.step").Order(StringComparer.Ordinal),
            saved.Tensors.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Memory_counts_every_weight_and_gradients_and_moments_of_the_trained_ones()
    {
        using var whole = Loop();
        using var lora = Loop(lora: true);
        // 40 x 16 + 16 x 16 embeddings, 2 blocks, the last norm, the head of 3 labels.
        long block = 16 * 48 + 48 + 16 * 16 + 16 + 16 * 64 + 64 + 64 * 16 + 16 + 4 * 16, all = (40 + 16) * 16 + 2 * block + 32 + 48;
        long adapters = 2 * (2 * 16 + 48 * 2);

        Assert.Equal(new TrainingMemory(all, all, 4 * all, 4 * all, 8 * all), TrainingMemory.Of(whole.Tensors.Model));
        Assert.Equal(
            new TrainingMemory(all + adapters, adapters + 48, 4 * (all + adapters), 4 * (adapters + 48), 8 * (adapters + 48)),
            TrainingMemory.Of(lora.Tensors.Model));
    }

    private static TrainingLoop Loop(int epochs = 3, bool several = false, bool lora = false, bool taught = false)
    {
        var arguments = new TrainingArguments
        {
            Seed = 5, MaxLength = 12, NumTrainEpochs = epochs, PerDeviceTrainBatchSize = 16, LearningRate = 5e-3, WarmupRatio = 0.1,
            WeightDecay = 0.01, MaxGradNorm = 1, Dropout = 0.1, WordDropout = 0.1, RandomWindow = 0.5, EmaDecay = 0.9,
            TeacherWeight = 0.6, PrefixWeight = 0.5, Reasons = new Dictionary<string, string>(),
        };
        var data = several ? Several : Data;
        var model = new GPT2ForSequenceClassification(
            new GPT2Config
            {
                VocabSize = 40, NPositions = 16, NEmbd = 16, NLayer = 2, NHead = 2, AttnPdrop = 0, PadTokenId = Pad,
                BosTokenId = 0, EosTokenId = 0,
            }.WithLabels(data.Labels),
            seed: 3);
        if (lora)
            LoraModel.Attach(model, new LoraConfig { R = 2, LoraDropout = 0.1 }, seed: 4);
        return new TrainingLoop(model, data, arguments, new Silent(), taught ? LinearTeacher.Fit(data, arguments.Seed, Token) : null);
    }

    private static Dictionary<string, float[]> Weights(TrainingLoop loop) =>
        loop.Tensors.Model.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach().contiguous().data<float>().ToArray());

    private static TrainingData MakeData(ProblemType problem)
    {
        var random = new Random(1);
        return new TrainingData(Split(160), Split(40), Split(40), ["a", "b", "c"], problem, HasPairs: false, new NoTokenizer());

        // The tokens 3, 4 and 5 stand for the labels.
        List<Example> Split(int count) => [.. Enumerable.Range(0, count).Select(i =>
        {
            int[] ids = [.. Enumerable.Range(0, random.Next(4, 16)).Select(_ => random.Next(10, 40))];
            int[] labels = problem == ProblemType.SingleLabelClassification ? [i % 3] : [.. Enumerable.Range(0, 3).Where(label => (i >> label) % 2 == 1)];
            for (var place = 0; place < 4 && labels.Length > 0; place++)
                ids[place] = 3 + labels[place % labels.Length];
            return new Example(ids, null, labels);
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
