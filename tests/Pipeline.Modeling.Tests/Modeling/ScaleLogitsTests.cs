using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests;

public sealed class ScaleLogitsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory, MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void Every_logit_is_multiplied_in_the_model_and_in_what_is_saved(string family)
    {
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(family);
        model.eval();
        var before = Logits(model);

        model.ScaleLogits(0.4);
        model.SavePretrained(folder.Path);
        var saved = Pretrained.AutoModelForSequenceClassification.FromPretrained(folder.Path);
        saved.eval();

        Assert.Equal(before.Select(x => 0.4f * x), Logits(model), (a, b) => Math.Abs(a - b) < 1e-5f);
        Assert.Equal(Logits(model), Logits(saved));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.ScaleLogits(0));
    }

    private static float[] Logits(SequenceClassifier model)
    {
        using var grad = no_grad();
        return model.ForwardRightPadded(tensor(new long[] { 3, 7, 5, 2, 9, 4 }, 2, 3), tensor(new long[] { 3, 2 })).data<float>().ToArray();
    }
}
