using Pipeline.Modeling.Lora;
using Pipeline.Modeling.Optimization;

namespace Pipeline.Modeling.Tests.Training;

public sealed class ModelFlopsTests
{
    // Of TinyModels: two blocks, three labels, GPT-Neo's second block with a window of three.
    private const int Width = 8, Inner = 12, Labels = 3;
    private const int Square = Width * Width, FeedForward = 2 * Width * Inner;

    [Theory]
    [InlineData("gpt2", 0, 5)]
    [InlineData("gpt_neo", 0, 3)]
    [InlineData("bert", Square, 5)]
    [InlineData("distilbert", Square, 5)]
    [InlineData("roberta", Square, 5)]
    public void With_all_weights_trained_it_is_6_for_each_weight_and_token_and_12_widths_for_each_pair_of_tokens(string family, int pooler, int lastWindow)
    {
        const int length = 5;
        using var model = TinyModels.Create(family);

        var feedForward = 2 * Width * model.Config.InnerWidth;
        var whole = 6 * length * (4 * Square + feedForward) + 12 * Width * length * length;
        var last = 6 * (2 * length * Square + 2 * Square + feedForward) + 12 * Width * lastWindow;
        var head = 6 * (pooler + Width * Labels);
        Assert.Equal(whole + last + head, ModelFlops.Of(model).OfBatch([length]));
    }

    [Fact]
    public void Texts_add_up_without_their_padding()
    {
        using var model = TinyModels.Create("gpt2");
        var flops = ModelFlops.Of(model);

        Assert.Equal(flops.OfBatch([3]) + flops.OfBatch([7]), flops.OfBatch([3, 7]));
    }

    [Theory]
    [InlineData("gpt2", 6)] // the norm before the projections is trained, and needs the gradient of what it gives
    [InlineData("bert", 4)]
    public void Frozen_blocks_have_no_backward_pass(string family, int ofProjections)
    {
        const int length = 5;
        using var model = TinyModels.Create(family);
        model.FreezeLayers(1);

        var frozen = 2 * length * (4 * Square + FeedForward) + 4 * Width * length * length;
        var trained = ofProjections * (2 * length * Square + Square) + 6 * (Square + FeedForward) + 12 * Width * length;
        var head = 6 * ((family == "bert" ? Square : 0) + Width * Labels);
        Assert.Equal(frozen + trained + head, ModelFlops.Of(model).OfBatch([length]));
    }

    [Fact]
    public void Lora_saves_the_gradients_of_the_matrices_and_adds_its_own()
    {
        const int length = 5, rank = 2;
        using var model = TinyModels.Create("gpt2");
        LoraModel.Attach(model, new LoraConfig { R = rank }, seed: 1);

        // Nothing is trained below the first projections, so that only their adapters have a backward pass.
        var first = 2 * 3 * Square + 4 * rank * Width + 6 * rank * 3 * Width;
        var whole = length * (first + 4 * (Square + FeedForward)) + 12 * Width * length * length;
        var second = 4 * 3 * Square + 6 * rank * Width + 6 * rank * 3 * Width;
        var last = second * 2 * length / 3 + second / 3 + 4 * (Square + FeedForward) + 12 * Width * length;
        Assert.Equal(whole + last + 6 * Width * Labels, ModelFlops.Of(model).OfBatch([length]), tolerance: 1e-6);
    }

    [Theory]
    [InlineData("NVIDIA H100 80GB HBM3", TorchSharp.torch.ScalarType.BFloat16, 989.4e12)]
    [InlineData("NVIDIA H100 PCIe", TorchSharp.torch.ScalarType.BFloat16, 756e12)]
    [InlineData("NVIDIA A100-SXM4-40GB", TorchSharp.torch.ScalarType.Float32, 156e12)]
    [InlineData("Tesla V100-SXM2-16GB", TorchSharp.torch.ScalarType.Float16, 125e12)]
    [InlineData("NVIDIA L4", TorchSharp.torch.ScalarType.Float16, 121e12)]
    [InlineData("Tesla T4", TorchSharp.torch.ScalarType.Float16, 65e12)]
    [InlineData("Tesla T4", TorchSharp.torch.ScalarType.BFloat16, null)] // not in its hardware
    [InlineData("A card to come", TorchSharp.torch.ScalarType.Float16, null)]
    [InlineData(null, TorchSharp.torch.ScalarType.Float16, null)]
    public void The_peak_of_a_card_is_known_by_its_name_and_the_type(string? name, TorchSharp.torch.ScalarType type, double? flops) =>
        Assert.Equal(flops, PeakFlops.OfCuda(name, type));
}
