using System.Text;
using Pipeline.Core.Costs;
using Pipeline.Core.Findings;
using Pipeline.Core.Runs;

namespace Pipeline.UnitTests.Costs;

public sealed class ModelShapeTests
{
    [Fact]
    public void What_a_configuration_leaves_out_is_hugging_faces_default()
    {
        var bert = Parse("""{"model_type": "bert"}""");
        Assert.Equal(("bert", 768, 3_072, 12, 512), (bert.Family, bert.Width, bert.InnerWidth, bert.Blocks, bert.MaxPositions));
        var roberta = Parse("""{"model_type": "roberta", "max_position_embeddings": 514}""");
        Assert.Equal(512, roberta.MaxPositions);
        var gpt2 = Parse("""{"model_type": "gpt2", "n_inner": null, "n_layer": 6}""");
        Assert.Equal((768, 3_072, 6), (gpt2.Width, gpt2.InnerWidth, gpt2.Blocks));
    }

    [Fact]
    public void The_windows_of_gpt_neo_are_those_of_its_attention_types()
    {
        var neo = Parse("""{"model_type": "gpt_neo", "num_layers": 4, "window_size": 32, "attention_types": [[["global", "local"], 2]]}""");

        Assert.Equal([long.MaxValue, 32, long.MaxValue, 32], neo.Windows);
    }

    [Theory]
    [InlineData("""{"model_type": "t5"}""", "'t5'")]
    [InlineData("""{"model_type": "bert", "hidden_size": 0}""", "width 0")]
    [InlineData("[]", "cannot be read")]
    [InlineData("{", "cannot be read")]
    public void What_is_no_model_that_is_trained_here_is_said(string config, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Parse(config)).Message, StringComparison.Ordinal);

    [Fact]
    public void Texts_count_as_far_as_they_are_read()
    {
        var lengths = new LengthCounts();
        foreach (var length in (int[])[10, 20, 100])
            lengths.Add(length);

        var work = ModelWork.Of(null, ModelShape.FromScratch, lengths, new RunOptions { MaxLength = 30 }, outputs: 2);

        Assert.Equal((30, 60L), (work.MaxLength, work.TokensPerEpoch));
        Assert.Equal(
            TrainingFlops.OfTraining(ModelShape.FromScratch, new RunOptions(), 2).Of([(10, 1), (20, 1), (30, 1)]), work.FlopsPerEpoch);
    }

    [Theory]
    [InlineData("Tesla T4", "T4")]
    [InlineData("NVIDIA A100 80GB PCIe", "A100")]
    [InlineData("NVIDIA H100 PCIe", "H100-PCIe")]
    [InlineData("NVIDIA GeForce RTX 4090", "NVIDIA-GeForce-RTX-4090")]
    [InlineData(null, "cpu")]
    public void A_device_has_a_short_name(string? device, string name) => Assert.Equal(name, Accelerator.NameOf(device));

    private static ModelShape Parse(string config) => ModelShape.Parse(Encoding.UTF8.GetBytes(config));
}
