using System.Text.Json;

namespace Pipeline.Core.Costs;

/// <summary>What a model's size says of the work that it takes, read from its <c>config.json</c>; no weights are needed.</summary>
/// <param name="Family">As <c>model_type</c>: <c>gpt2</c>, <c>gpt_neo</c>, <c>bert</c>, <c>distilbert</c> or <c>roberta</c>.</param>
/// <param name="Width">Of the hidden states.</param>
/// <param name="InnerWidth">Of a block's feed-forward part.</param>
/// <param name="Windows">For each block the tokens that its attention reaches back over; <see cref="long.MaxValue"/>: all.</param>
/// <param name="MaxPositions">Tokens of the longest input.</param>
public sealed record ModelShape(string Family, int Width, int InnerWidth, IReadOnlyList<long> Windows, int MaxPositions)
{
    /// <summary>The small GPT-2 that is trained where no base model is given: two blocks of width 128.</summary>
    public static ModelShape FromScratch { get; } = new("gpt2", 128, 512, [long.MaxValue, long.MaxValue], int.MaxValue);

    /// <summary>Number of blocks.</summary>
    public int Blocks => Windows.Count;

    /// <summary>Whether a block's norm comes before its projections, as in decoders.</summary>
    internal bool IsDecoder => Family is "gpt2" or "gpt_neo";

    /// <summary>Reads a <c>config.json</c>, with Hugging Face's defaults for what it leaves out.</summary>
    /// <exception cref="InvalidDataException">It is no configuration of a family that is trained here; the message says why.</exception>
    public static ModelShape Parse(ReadOnlyMemory<byte> config)
    {
        try
        {
            using var json = JsonDocument.Parse(config);
            var fields = json.RootElement;
            var family = fields.TryGetProperty("model_type", out var type) ? type.GetString() : null;
            return family switch
            {
                "gpt2" => Of(family, Int("n_embd", 768), Int("n_inner", 0), Int("n_layer", 12), Int("n_positions", 1_024)),
                "gpt_neo" => Of(family, Int("hidden_size", 2_048), Int("intermediate_size", 0), Int("num_layers", 24), Int("max_position_embeddings", 2_048)) is var neo
                    ? neo with { Windows = NeoWindows(fields, neo.Blocks, Int("window_size", 256)) }
                    : throw new InvalidOperationException(),
                "bert" => Of(family, Int("hidden_size", 768), Int("intermediate_size", 3_072), Int("num_hidden_layers", 12), Int("max_position_embeddings", 512)),
                // Its positions are counted from behind the padding's.
                "roberta" => Of(
                    family, Int("hidden_size", 768), Int("intermediate_size", 3_072), Int("num_hidden_layers", 12), Int("max_position_embeddings", 512) - Int("pad_token_id", 1) - 1),
                "distilbert" => Of(family, Int("dim", 768), Int("hidden_dim", 3_072), Int("n_layers", 6), Int("max_position_embeddings", 512)),
                _ => throw new InvalidDataException($"its model_type is '{family}', which is not trained here."),
            };

            int Int(string name, int otherwise) => fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : otherwise;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or OverflowException)
        {
            throw new InvalidDataException($"it cannot be read: {e.Message}", e);
        }
    }

    private static ModelShape Of(string family, int width, int inner, int blocks, int positions) =>
        width > 0 && blocks is > 0 and <= 10_000 && positions > 0 && inner >= 0
            ? new ModelShape(family, width, inner > 0 ? inner : 4 * width, [.. Enumerable.Repeat(long.MaxValue, blocks)], positions)
            : throw new InvalidDataException($"its sizes are no model's: width {width}, inner width {inner}, {blocks} blocks, {positions} positions.");

    // attention_types is a list of [pattern, repetitions]; the default alternates.
    private static long[] NeoWindows(JsonElement fields, int blocks, long window)
    {
        var kinds = fields.TryGetProperty("attention_types", out var types) && types.ValueKind == JsonValueKind.Array
            ? types.EnumerateArray().SelectMany(t => Enumerable.Repeat(t[0].EnumerateArray().Select(kind => kind.GetString()).ToArray(), t[1].GetInt32())).SelectMany(kind => kind)
            : Enumerable.Range(0, blocks).Select(block => block % 2 == 0 ? "global" : "local");
        long[] windows = [.. kinds.Take(blocks).Select(kind => kind == "local" ? window : long.MaxValue)];
        return windows.Length == blocks ? windows : throw new InvalidDataException($"its attention_types are of {windows.Length} blocks, of which it has {blocks}.");
    }
}
