using Pipeline.Modeling.Decoders;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests;

public sealed class EveryTokenTests
{
    [Theory, InlineData("gpt2"), InlineData("gpt_neo")]
    public void The_logits_after_a_token_are_those_of_the_text_up_to_it(string family)
    {
        using var scope = NewDisposeScope();
        var model = (DecoderForSequenceClassification)TinyModels.Create(family);
        model.eval();
        var ids = tensor(new long[,] { { 3, 7, 2, 9, 4 }, { 5, 1, 8, 19, 19 } });
        var every = model.ForwardEveryToken(ids, tensor(new long[] { 5, 3 })); // [2, 5, labels]

        foreach (var (row, length) in new[] { (0, 5L), (1, 3L) })
        {
            for (long end = 1; end <= length; end++)
            {
                var prefix = model.ForwardRightPadded(ids.narrow(0, row, 1).narrow(1, 0, end), tensor(new long[] { end }));
                Assert.True((every[row, end - 1] - prefix[0]).abs().max().item<float>() < 1e-5, $"text {row}, {end} tokens");
            }
        }
    }
}
