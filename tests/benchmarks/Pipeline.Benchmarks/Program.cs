using Pipeline.Benchmarks;

// One line a benchmark; each in a folder of its own.
IBenchmark[] benchmarks =
[
    new Pipeline.Benchmarks.Ingest.IngestBenchmark(),
    new Pipeline.Benchmarks.FineTuning.FineTuningMemoryBenchmark(),
    new Pipeline.Benchmarks.FromScratch.FromScratchBenchmark(),
    new Pipeline.Benchmarks.Inspection.InspectionBenchmark(),
    new Pipeline.Benchmarks.Baselines.LinearBenchmark(),
    new Pipeline.Benchmarks.Onnx.OnnxBenchmark(),
    new Pipeline.Benchmarks.Serving.ServeBenchmark(),
    new Pipeline.Benchmarks.Serving.ServeLoadBenchmark(),
    new Pipeline.Benchmarks.Serving.ServeParityBenchmark(),
    new Pipeline.Benchmarks.Serving.ColdStartBenchmark(),
    new Pipeline.Benchmarks.Tokenizers.TokenizerBenchmark(),
    new Pipeline.Benchmarks.Tokenizers.ParityBenchmark(),
    new Pipeline.Benchmarks.Models.LoadBenchmark(),
    new Pipeline.Benchmarks.Models.GptNeo13BBenchmark(),
    new Pipeline.Benchmarks.Models.StepsBenchmark(),
    new Pipeline.Benchmarks.Training.ThroughputBenchmark(),
    new Pipeline.Benchmarks.Gpu.GpuBenchmark(),
];

if (args is [var name, .. var rest] && benchmarks.FirstOrDefault(b => b.Name == name) is { } benchmark)
    return await benchmark.RunAsync(rest);

Console.Error.WriteLine("dotnet run -c Release --project tests/benchmarks/Pipeline.Benchmarks -- NAME");
foreach (var known in benchmarks)
    Console.Error.WriteLine($"  {known.Name,-16} {known.Description}");
return 2;
