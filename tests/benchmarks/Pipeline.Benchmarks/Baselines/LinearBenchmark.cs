using System.Diagnostics;
using System.Globalization;
using Pipeline.Core.Baselines;

namespace Pipeline.Benchmarks.Baselines;

/// <summary>How good the linear baseline is and what it costs: <c>linear FOLDER [NAME …]</c>.</summary>
internal sealed class LinearBenchmark : IBenchmark
{
    public string Name => "linear";

    public string Description => "fits the linear baseline on the datasets of a reference folder: test accuracy, macro F1, seconds, peak memory";

    public Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (arguments is not [var folder, ..])
        {
            Console.Error.WriteLine($"linear FOLDER [NAME …]; names: {string.Join(", ", ReferenceDataset.Names)}");
            return Task.FromResult(1);
        }

        string[] names = arguments.Count > 1 ? [.. arguments.Skip(1)] : ReferenceDataset.Names;
        Console.WriteLine("dataset      train  labels     C  accuracy  macro F1  seconds  processor s  peak MB");
        foreach (var name in names)
        {
            var data = ReferenceDataset.Load(folder, name);
            var (clock, processor) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            var model = LinearBaseline.Fit(data.Train, data.Validation, data.Labels, data.Problem);
            var (seconds, used) = (clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
            var metrics = model.Evaluate(data.Test);
            // One run of the program for each dataset tells their peaks apart.
            var peak = Process.GetCurrentProcess().PeakWorkingSet64 / 1e6;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-10} {data.Train.Count,7:N0} {data.Labels.Count,7} {model.C,5} {metrics.Accuracy,9:0.0000} {metrics.Macro.F1,9:0.0000} {seconds,8:0.0} {used,12:0.0} {peak,8:N0}"));
        }

        return Task.FromResult(0);
    }
}
