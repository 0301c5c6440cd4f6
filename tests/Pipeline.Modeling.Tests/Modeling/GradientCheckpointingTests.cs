using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Lora;
using Pipeline.Modeling.Pretrained;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests;

public sealed class GradientCheckpointingTests
{
    public static IEnumerable<TheoryDataRow<string>> Families => TinyModels.Families;

    public GradientCheckpointingTests()
    {
        TorchRuntime.Initialize();
        set_num_threads(1);
    }

    [Theory, MemberData(nameof(Families))]
    public void The_gradients_are_those_of_a_pass_that_keeps_everything_bit_for_bit(string family) => AssertSameGradients(() => Model(family));

    [Fact]
    public void So_are_they_above_frozen_layers() => AssertSameGradients(() =>
    {
        var model = Model("bert");
        model.FreezeLayers(1);
        return model;
    });

    [Fact]
    public void So_are_they_with_adapters_in_frozen_blocks() => AssertSameGradients(() =>
    {
        var model = Model("gpt2");
        LoraModel.Attach(model, new LoraConfig { R = 2, LoraDropout = 0.1 }, seed: 4);
        return model;
    });

    [Fact]
    public void The_random_numbers_after_a_step_are_the_same_too()
    {
        Assert.Equal(Next(checkpointing: false), Next(checkpointing: true));

        static float Next(bool checkpointing)
        {
            using var model = Model("gpt2");
            model.GradientCheckpointing = checkpointing;
            Backward(model);
            using var drawn = rand(1);
            return drawn.item<float>();
        }
    }

    [Fact]
    public void Less_is_kept_between_the_passes()
    {
        // Process memory, because what a graph keeps is out of C#'s sight. The lean pass goes first, so that the other cannot use what it freed.
        var lean = Kept(checkpointing: true);
        var whole = Kept(checkpointing: false);

        Assert.InRange(lean, 0, whole / 2);

        static long Kept(bool checkpointing)
        {
            using var scope = NewDisposeScope();
            using var model = new GPT2ForSequenceClassification(
                new GPT2Config { VocabSize = 50, NPositions = 256, NEmbd = 64, NLayer = 8, NHead = 2, PadTokenId = 0 }.WithLabels(["a", "b"]), seed: 1);
            model.GradientCheckpointing = checkpointing;
            model.train();
            var before = Environment.WorkingSet;
            var logits = model.ForwardRightPadded(randint(0, 50, [8, 256], int64), full([8], 256, int64));
            return Environment.WorkingSet - before;
        }
    }

    [Fact]
    public void Nothing_is_left_of_a_step()
    {
        using var model = Model("gpt2");
        model.GradientCheckpointing = true;
        Backward(model);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var step = 0; step < 5; step++)
            Backward(model);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static SequenceClassifier Model(string family)
    {
        var config = TinyModels.Config(family).WithDropout(0.2);
        config = config switch
        {
            GPT2Config c => c with { NLayer = 3 },
            Bert.BertConfig c => c with { NumHiddenLayers = 3 },
            _ => config,
        };
        return AutoModelForSequenceClassification.FromConfig(config, 1);
    }

    private static void AssertSameGradients(Func<SequenceClassifier> create)
    {
        using var plain = create();
        using var lean = create();
        lean.GradientCheckpointing = true;
        var (expected, actual) = (Backward(plain), Backward(lean));

        Assert.NotEmpty(expected);
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.All(expected, g => Assert.Equal(g.Value, actual[g.Key]));
    }

    private static Dictionary<string, float[]> Backward(SequenceClassifier model)
    {
        using var scope = NewDisposeScope();
        manual_seed(9);
        model.train();
        var ids = tensor(new long[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 }, [2, 6]);
        var logits = model.ForwardRightPadded(ids, tensor(new long[] { 6, 4 }));
        nn.functional.cross_entropy(logits, tensor(new long[] { 0, 2 })).backward();
        var gradients = model.named_parameters().Where(p => p.parameter.grad is not null).ToDictionary(p => p.name, p => p.parameter.grad!.contiguous().data<float>().ToArray());
        model.zero_grad();
        return gradients;
    }
}
