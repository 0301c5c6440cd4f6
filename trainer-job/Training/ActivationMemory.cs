using Pipeline.Modeling.Pretrained;

namespace Pipeline.Trainer.Training;

/// <summary>How many tokens of a batch fit in memory, by what a forward pass keeps for the backward pass.</summary>
internal static class ActivationMemory
{
    private const int MostTokens = 16_384;
    private const int Grain = 64; // so that a few bytes more or less of memory change nothing
    private const long MostBytes = 8L << 30; // half of a T4, which leaves the other half to weights and optimizer

    /// <summary>Tokens of a batch, padding included.</summary>
    /// <param name="model">The base model; null: the small one that is trained from scratch.</param>
    /// <param name="maxLength">Tokens of an input: one always fits.</param>
    /// <param name="memory">Of the device (bytes); half of it is for this.</param>
    public static (int Value, string Reason) TokensPerBatch(PretrainedConfig? model, int maxLength, long memory)
    {
        var budget = Math.Min(MostBytes, memory / 2);
        var fitting = model is null ? MostTokens : budget / BytesPerToken(model, maxLength) / Grain * Grain;
        var tokens = (int)Math.Clamp(fitting, Math.Min(maxLength, MostTokens), MostTokens);
        return (tokens, tokens == MostTokens
            ? $"{tokens}: fits in memory with room to spare"
            : FormattableString.Invariant($"{tokens}: what the backward pass needs of a batch then takes about {budget / (double)(1 << 30):0.#} GiB"));
    }

    // Per block in fp32: the inputs of two norms and of two groups of projections (4 × width), query, key and value (3), attention's
    // result (1), both sides of the activation function (2 × inner width), attention's scores before and after the softmax where no
    // fused kernel spares them (2 × heads × length), and a byte each of two dropout masks.
    private static long BytesPerToken(PretrainedConfig model, int length) =>
        model.LayerCount * (sizeof(float) * (8L * model.Width + 2L * model.InnerWidth + 2L * model.HeadCount * length) + 2L * model.Width);
}
