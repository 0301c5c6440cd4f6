using Pipeline.Modeling.Decoders;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests;

public sealed class StartingLogitsTests
{
    [Fact]
    public void Around_the_given_logits_texts_differ_as_before()
    {
        using var scope = NewDisposeScope();
        var model = (DecoderForSequenceClassification)TinyModels.Create("gpt2");
        model.eval();
        var ids = tensor(new long[,] { { 3, 7, 2 }, { 5, 1, 8 }, { 4, 4, 9 } });
        var lengths = tensor(new long[] { 3, 3, 3 });
        var before = model.ForwardRightPadded(ids, lengths); // [3, labels]
        model.StartFrom([-3, 0, 2]);
        var after = model.ForwardRightPadded(ids, lengths);

        var moved = (after - before).data<float>().ToArray();
        float[] expected = [-3, 0, 2];
        Assert.All(Enumerable.Range(0, 9), i => Assert.Equal(expected[i % 3], moved[i], 1e-4f));
    }

    [Fact]
    public void Another_number_of_logits_than_labels_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ((DecoderForSequenceClassification)TinyModels.Create("gpt2")).StartFrom([1]));
}
