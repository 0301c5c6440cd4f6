using System.Globalization;
using System.Numerics.Tensors;
using Pipeline.Benchmarks.Stack;
using Pipeline.Core.Metrics;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Training;

namespace Pipeline.Benchmarks.Serving;

/// <summary>The functions program's answers beside TorchSharp's, on real texts and a model that was really trained.</summary>
internal sealed class ServeParityBenchmark : IBenchmark
{
    private const int TextsInRequest = 50;
    private const double MostScoreDifference = 1e-3;

    public string Name => "serve-parity";

    public string Description => "answers over HTTP against TorchSharp's on real texts: [texts=1000] [dataset=ag_news] [epochs=2] [folder=../shared/data]";

    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var options = new BenchmarkOptions(arguments, "texts", "dataset", "epochs", "folder");
        using var small = SmallModel.Train(options.Text("folder", "../shared/data"), options.Text("dataset", "ag_news"), options.Number("epochs", 2));
        if (small is null)
            return 0;
        var folder = Directory.CreateTempSubdirectory("serve-parity-");
        try
        {
            return await CompareAsync(small, folder.FullName, options.Number("texts", 1_000), CancellationToken.None);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> CompareAsync(SmallModel small, string folder, int count, CancellationToken cancellationToken)
    {
        var labels = small.Splits.Labels;
        string[] texts = [.. small.Splits.Test.Take(count).Select(r => r.Text)];
        float[][] expected = Torch(small, texts.Length);
        await using var stack = await PipelineStack.StartAsync(folder, cancellationToken);
        var version = Path.Combine(folder, "version");
        PublishedModel.Write(version, small.Model, small.Run.Data.Tokenizer);
        await new PublishedModel(stack.Storage, "small", version, labels, small.Arguments.MaxLength).SwitchToAsync("v1", GraphPrecision.Int8, cancellationToken);

        Console.WriteLine($"{texts.Length} texts, {labels.Count} labels; TorchSharp is right on {Accuracy(small, expected):P2}");
        Console.WriteLine();
        Console.WriteLine("| graph | other top label | largest difference of a score | right |");
        Console.WriteLine("| --- | --- | --- | --- |");
        var holds = true;
        foreach (var precision in new[] { GraphPrecision.Fp32, GraphPrecision.Int8 })
        {
            await using var instance = await stack.StartFunctionsAsync(
                new() { ["Pipeline__Serving__CacheFolder"] = Path.Combine(folder, "cache"), ["Pipeline__Serving__Precision"] = $"{precision}" }, cancellationToken);
            using var client = new ClassifyClient(instance.Address, "small");
            var given = new List<float[]>();
            foreach (var some in texts.Chunk(TextsInRequest))
                given.AddRange((await client.SendAsync(ClassifyClient.Body(some), cancellationToken)).Scores(labels));
            var others = expected.Zip(given, (e, g) => TensorPrimitives.IndexOfMax<float>(e) != TensorPrimitives.IndexOfMax<float>(g)).Count(differs => differs);
            var worst = expected.Zip(given, (e, g) => e.Zip(g, (x, y) => Math.Abs(x - y)).Max()).Max();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {precision} | {others} ({(double)others / texts.Length:P2}) | {worst:g3} | {Accuracy(small, given):P2} |"));
            // The graph in int8 is rounded: how far is what the trainer's check says.
            holds &= precision == GraphPrecision.Int8 || (others == 0 && worst <= MostScoreDifference);
        }

        Console.WriteLine();
        Console.WriteLine(holds ? "In fp32 the answers are TorchSharp's." : $"In fp32 the answers are NOT TorchSharp's: no other top label and at most {MostScoreDifference} are allowed.");
        return holds ? 0 : 1;
    }

    private static float[][] Torch(SmallModel small, int count)
    {
        var data = small.Run.Data;
        Example[] rows = [.. data.Test.Take(count)];
        var predictions = new Evaluator(data, rows, data.Inputs(small.Arguments.MaxLength)).Predict(small.Model, CancellationToken.None);
        return [.. Enumerable.Range(0, rows.Length).Select(row =>
        {
            var scores = new float[data.Labels.Count];
            TensorPrimitives.SoftMax(predictions.Scores(row), scores);
            return scores;
        })];
    }

    private static double Accuracy(SmallModel small, IEnumerable<float[]> scores) =>
        scores.Zip(small.Run.Data.Test, (s, e) => TensorPrimitives.IndexOfMax<float>(s) == e.Labels[0] ? 1.0 : 0).Average();
}
