using Pipeline.Modeling.Pretrained;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests;

public sealed class RescaleLogitTests
{
    public static IEnumerable<TheoryDataRow<string>> Families => TinyModels.Families;

    [Theory, MemberData(nameof(Families))]
    public void The_logit_is_scaled_and_moved_and_the_layout_of_the_checkpoint_stays(string family)
    {
        using var scope = NewDisposeScope();
        using var model = AutoModelForSequenceClassification.FromConfig(TinyModels.Config(family).WithLabels(["LABEL_0"]) with { ProblemType = "regression" }, 3);
        model.eval();
        var names = model.state_dict().Keys.ToArray();
        var ids = randint(0, 19, [6, 7], dtype: int64);
        var lengths = tensor(new long[] { 7, 5, 1, 7, 3, 2 });
        using var grad = no_grad();
        var before = model.ForwardRightPadded(ids, lengths).data<float>().ToArray();

        model.RescaleLogit(25, 1_000);

        var after = model.ForwardRightPadded(ids, lengths).data<float>().ToArray();
        Assert.Equal(names, model.state_dict().Keys);
        for (var i = 0; i < before.Length; i++)
            Assert.Equal(25.0 * before[i] + 1_000, after[i], 0.005);

        // Read again from its folder, as transformers would, it gives the same numbers.
        using var folder = new TemporaryFolder();
        model.SavePretrained(folder.Path);
        using var loaded = AutoModelForSequenceClassification.FromPretrained(folder.Path, new PretrainedOptions());
        loaded.eval();
        Assert.Equal("regression", loaded.Config.ProblemType);
        Assert.Equal(["LABEL_0"], loaded.Labels);
        Assert.Equal(after, loaded.ForwardRightPadded(ids, lengths).data<float>().ToArray());
    }

    [Fact]
    public void Only_a_model_with_one_logit_can_be_rescaled()
    {
        using var model = TinyModels.Create("gpt2");

        Assert.Throws<InvalidOperationException>(() => model.RescaleLogit(2, 1));
    }
}
