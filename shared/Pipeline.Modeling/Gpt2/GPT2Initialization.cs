using static TorchSharp.torch;

namespace Pipeline.Modeling.Gpt2;

/// <summary>
/// Random weights as Hugging Face's <c>GPT2PreTrainedModel._init_weights</c> draws them: normal with <c>initializer_range</c>;
/// biases zero; the projections onto the residual stream divided by the root of their number, 2 × n_layer (Radford et al. 2019, §2.3).
/// </summary>
internal static class GPT2Initialization
{
    public static void InitializeAll(GPT2ForSequenceClassification model, Generator generator)
    {
        double deviation = model.Config.InitializerRange, residual = deviation / Math.Sqrt(2 * model.Config.NLayer);
        using var grad = no_grad();
        Normal(model.transformer.wte.weight, deviation, generator);
        Normal(model.transformer.wpe.weight, deviation, generator);
        foreach (var block in model.transformer.h)
        {
            Normal(block.attn.c_attn.weight, deviation, generator);
            Normal(block.attn.c_proj.weight, residual, generator);
            Normal(block.mlp.c_fc.weight, deviation, generator);
            Normal(block.mlp.c_proj.weight, residual, generator);
        }
        InitializeHead(model, generator);
    }

    public static void InitializeHead(GPT2ForSequenceClassification model, Generator generator)
    {
        using var grad = no_grad();
        Normal(model.score.weight, model.Config.InitializerRange, generator);
    }

    private static void Normal(Tensor weight, double deviation, Generator generator)
    {
        using var scope = NewDisposeScope();
        weight.normal_(0, deviation, generator);
    }
}
