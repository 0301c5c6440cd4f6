using Pipeline.Modeling.Pretrained;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests;

public sealed class OnnxGoldenTests
{
    [Theory, MemberData(nameof(GoldenCheckpoint.Names), MemberType = typeof(GoldenCheckpoint))]
    public void Each_text_alone_gives_the_reference_logits(string name)
    {
        using var scope = NewDisposeScope();
        var (golden, model) = Load(name);
        using var exported = model;
        for (int row = 0; row < golden.InputIds.Length; row++)
        {
            var ids = tensor(golden.InputIds[row]).unsqueeze(0);
            golden.AssertLogits(exported.Run(ids, ones_like(ids)), 1e-4, row);
        }
    }

    [Theory, MemberData(nameof(GoldenCheckpoint.Names), MemberType = typeof(GoldenCheckpoint))]
    public void A_batch_padded_on_either_side_gives_the_reference_logits(string name)
    {
        using var scope = NewDisposeScope();
        var (golden, model) = Load(name);
        using var exported = model;
        foreach (var side in Enum.GetValues<Padding>())
        {
            var (ids, mask, _) = golden.Batch(side);
            golden.AssertLogits(exported.Run(ids, mask), 1e-4);
        }
    }

    [Theory, MemberData(nameof(GoldenCheckpoint.Names), MemberType = typeof(GoldenCheckpoint))]
    public void Padding_on_both_sides_of_a_text_changes_nothing(string name)
    {
        using var scope = NewDisposeScope();
        var (golden, model) = Load(name);
        using var exported = model;
        var (ids, mask, _) = golden.Batch(Padding.Left);
        var filler = full_like(ids.narrow(1, 0, 3), golden.PadTokenId);
        golden.AssertLogits(exported.Run(cat([ids, filler], 1), cat([mask, zeros_like(filler)], 1)), 1e-4);
    }

    private static (GoldenCheckpoint, ExportedModel) Load(string name)
    {
        var golden = GoldenCheckpoint.Require(name);
        using var model = AutoModelForSequenceClassification.FromPretrained(golden.Directory);
        return (golden, new ExportedModel(model));
    }
}
