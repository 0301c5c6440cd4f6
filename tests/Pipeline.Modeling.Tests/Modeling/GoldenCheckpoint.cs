using System.Text.Json;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests;

/// <summary>A tiny checkpoint with the logits that an fp64 reference gives for some texts.</summary>
internal sealed record GoldenCheckpoint(string Directory, int PadTokenId, long[][] InputIds, double[][] Logits)
{
    private static readonly string[] s_names = ["gpt2", "gpt2-variant", "gpt_neo", "gpt_neo-variant", "bert", "bert-variant"];

    public static IEnumerable<TheoryDataRow<string>> Names => s_names.Select(name => new TheoryDataRow<string>(name));

    public static IEnumerable<TheoryDataRow<string, string>> NamesAndSides =>
        s_names.SelectMany(name => Enum.GetNames<Padding>().Select(side => new TheoryDataRow<string, string>(name, side)));

    /// <summary>From <c>shared/golden</c>, or from the folder that the environment variable <c>PIPELINE_GOLDEN</c> names.</summary>
    public static GoldenCheckpoint Require(string name)
    {
        string? golden = Environment.GetEnvironmentVariable("PIPELINE_GOLDEN");
        string directory = golden is null ? Pipeline.Tests.SharedFolder.Path($"golden/{name}") : Path.Combine(golden, name);
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(directory, "expected.json")));
        return new GoldenCheckpoint(
            directory,
            json.RootElement.GetProperty("pad_token_id").GetInt32(),
            json.RootElement.GetProperty("input_ids").Deserialize<long[][]>()!,
            json.RootElement.GetProperty("logits").Deserialize<double[][]>()!);
    }

    /// <summary>All texts as one batch.</summary>
    public (Tensor InputIds, Tensor Mask, Tensor Lengths) Batch(Padding side)
    {
        int longest = InputIds.Max(r => r.Length);
        long[] ids = [.. InputIds.SelectMany(row => Pad(row, PadTokenId, longest, side))];
        long[] mask = [.. InputIds.SelectMany(row => Pad([.. row.Select(_ => 1L)], 0, longest, side))];
        long[] shape = [InputIds.Length, longest];
        return (tensor(ids).view(shape), tensor(mask).view(shape), tensor(InputIds.Select(r => (long)r.Length).ToArray()));
    }

    public void AssertLogits(Tensor actual, double tolerance, int? row = null)
    {
        double[][] expected = row is { } r ? [Logits[r]] : Logits;
        Assert.Equal([expected.Length, expected[0].Length], actual.shape);
        double[] values = actual.to_type(float64).data<double>().ToArray();
        double worst = expected.SelectMany(e => e).Zip(values, (e, a) => Math.Abs(e - a)).Max(d => double.IsNaN(d) ? double.PositiveInfinity : d);
        Assert.True(worst <= tolerance, $"logits differ by up to {worst:g3}, allowed is {tolerance:g3}");
    }

    /// <summary>For results of half precision, whose error grows with the numbers: relative to the largest logit.</summary>
    public void AssertLogitsRelative(Tensor actual, double tolerance) => AssertLogits(actual, tolerance * Logits.Max(row => row.Max(Math.Abs)));

    private static IEnumerable<long> Pad(long[] row, long filler, int length, Padding side)
    {
        var padding = Enumerable.Repeat(filler, length - row.Length);
        return side == Padding.Left ? padding.Concat(row) : row.Concat(padding);
    }
}

internal enum Padding { Left, Right }
