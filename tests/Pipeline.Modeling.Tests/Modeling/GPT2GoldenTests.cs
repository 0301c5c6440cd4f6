using Pipeline.Modeling.Gpt2;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests;

public sealed class GPT2GoldenTests
{
    [Theory, InlineData("gpt2"), InlineData("gpt2-variant")]
    public void Each_text_alone_gives_the_reference_logits(string name)
    {
        using var scope = NewDisposeScope();
        var (golden, model) = Load(name);
        for (int row = 0; row < golden.InputIds.Length; row++)
        {
            var ids = tensor(golden.InputIds[row]).unsqueeze(0);
            golden.AssertLogits(model.forward(ids, ones_like(ids)), 1e-4, row);
        }
    }

    [Theory, InlineData("gpt2", "Left"), InlineData("gpt2", "Right"), InlineData("gpt2-variant", "Left"), InlineData("gpt2-variant", "Right")]
    public void A_batch_padded_on_either_side_gives_the_reference_logits(string name, string side)
    {
        using var scope = NewDisposeScope();
        var (golden, model) = Load(name);
        var (ids, mask, _) = golden.Batch(Enum.Parse<Padding>(side));
        golden.AssertLogits(model.forward(ids, mask), 1e-4);
        golden.AssertLogits(model.forward(ids, mask.to_type(ScalarType.Bool)), 1e-4);
    }

    [Theory, InlineData("gpt2"), InlineData("gpt2-variant")]
    public void Lengths_in_place_of_a_mask_give_the_reference_logits(string name)
    {
        using var scope = NewDisposeScope();
        var (golden, model) = Load(name);
        var (ids, _, lengths) = golden.Batch(Padding.Right);
        golden.AssertLogits(model.ForwardRightPadded(ids, lengths), 1e-4);
    }

    [Theory, InlineData("gpt2"), InlineData("gpt2-variant")]
    public void Padding_on_both_sides_of_a_text_changes_nothing(string name)
    {
        using var scope = NewDisposeScope();
        var (golden, model) = Load(name);
        var (ids, mask, _) = golden.Batch(Padding.Left);
        var filler = full_like(ids.narrow(1, 0, 3), golden.PadTokenId);
        golden.AssertLogits(model.forward(cat([ids, filler], 1), cat([mask, zeros_like(filler)], 1)), 1e-4);
    }

    [Theory, InlineData("gpt2"), InlineData("gpt2-variant")]
    public void Weights_in_bf16_give_the_reference_logits_within_their_precision(string name)
    {
        using var scope = NewDisposeScope();
        var (golden, model) = Load(name);
        model.to(bfloat16);
        foreach (var side in new[] { Padding.Left, Padding.Right })
        {
            var (ids, mask, _) = golden.Batch(side);
            golden.AssertLogits(model.forward(ids, mask), 5e-2);
        }
    }

    [Theory, InlineData("gpt2"), InlineData("gpt2-variant")]
    public void Products_in_bf16_give_the_reference_logits_within_their_precision_and_fp32_gradients(string name)
    {
        using var scope = NewDisposeScope();
        var (golden, model) = Load(name);
        var (ids, mask, lengths) = golden.Batch(Padding.Right);
        model.SetComputeType(bfloat16);
        var logits = model.ForwardRightPadded(ids, lengths);
        golden.AssertLogits(logits, 5e-2);
        logits.sum().backward();
        Assert.Equal(float32, logits.dtype);
        Assert.All(model.parameters(), p => Assert.Equal(float32, p.grad!.dtype));
        model.SetComputeType(null);
        golden.AssertLogits(model.forward(ids, mask), 1e-4);
    }

    [Fact]
    public void A_text_without_a_token_gives_finite_logits_and_leaves_the_others_alone()
    {
        using var scope = NewDisposeScope();
        var (golden, model) = Load("gpt2");
        var (ids, mask, _) = golden.Batch(Padding.Left);
        var logits = model.forward(cat([ids, ids.narrow(0, 0, 1)], 0), cat([mask, zeros_like(mask.narrow(0, 0, 1))], 0));
        golden.AssertLogits(logits.narrow(0, 0, ids.shape[0]), 1e-4);
        Assert.True(logits.isfinite().all().item<bool>());
    }

    private static (GoldenCheckpoint, GPT2ForSequenceClassification) Load(string name)
    {
        var golden = GoldenCheckpoint.Require(name);
        var model = GPT2ForSequenceClassification.FromPretrained(golden.Directory);
        model.eval();
        return (golden, model);
    }
}
