using System.Runtime.InteropServices;
using System.Text.Json;
using Pipeline.Modeling.Decoders;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Layers;
using Pipeline.Modeling.Pretrained;
using Pipeline.Modeling.Safetensors;
using Pipeline.Tests;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests;

public sealed class TrainedGPTTests
{
    /// <summary>A small GPT that was trained to sort digits, with what its authors' own program computes inside it.</summary>
    [Fact]
    public void A_trained_model_gives_the_partial_results_of_another_implementation()
    {
        string directory = SharedFolder.Path("models/llmviz_gpt_nano_sort");
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        CopyWithAttentionBiases(directory, folder);
        var model = GPT2ForSequenceClassification.FromPretrained(folder.Path, new PretrainedOptions { Labels = ["a", "b"] });
        model.eval();
        using var partials = SafetensorsReader.Open(Path.Combine(directory, "partials.safetensors"));
        var ids = partials.Read("idx").to_type(int64); // [3, 11]
        var batch = PaddedBatch.FromLengths(tensor(new long[] { 11, 11, 11 }), 11);

        var x = model.transformer.wte.forward(ids) + model.transformer.wpe.FirstRows(11);
        for (int layer = 0; layer < 3; layer++)
        {
            var last = model.transformer.h[layer].ForwardLastToken(x, batch);
            x = model.transformer.h[layer].Forward(x, batch.Causal(CausalAttention.Global));
            AssertClose(partials.Read($"block{layer}"), x);
            AssertClose(x.select(1, 10), last);
        }
        AssertClose(partials.Read("ln_f").select(1, 10), model.transformer.ForwardLastToken(ids, batch));
    }

    // The safetensors file of that folder was made without c_attn.bias, dropped by mistake with the masks called attn.bias.
    private static void CopyWithAttentionBiases(string directory, TemporaryFolder folder)
    {
        File.Copy(Path.Combine(directory, "config.json"), folder.File("config.json"));
        using var original = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(directory, "gpt-nano-sort-model.json")));
        using var source = SafetensorsReader.Open(Path.Combine(directory, "model.safetensors"));
        var tensors = source.Tensors.Keys.ToDictionary(name => name, source.Read);
        for (int layer = 0; layer < 3; layer++)
        {
            string name = $"transformer.h.{layer}.attn.c_attn.bias";
            byte[] values = original.RootElement.GetProperty(name).GetProperty("data").GetBytesFromBase64();
            tensors[name] = tensor(MemoryMarshal.Cast<byte, float>(values).ToArray());
        }
        SafetensorsWriter.Write(folder.File("model.safetensors"), tensors);
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        double worst = (expected - actual).abs().max().item<float>();
        Assert.True(worst <= 1e-4, $"differs by up to {worst:g3}");
    }
}
