using System.Globalization;
using Pipeline.Core.Metrics;
using Pipeline.Modeling;
using Pipeline.Trainer.Training;

namespace Pipeline.Benchmarks.FromScratch;

/// <summary>
/// Accuracy of what is trained from scratch, beside TF-IDF with logistic regression on the same splits. Choices about the
/// preset are made with <c>split=validation</c>, which never looks at the test split.
/// </summary>
internal sealed class FromScratchBenchmark : IBenchmark
{
    private static readonly string[] Settings = ["datasets", "seeds", "split", "threads", "folder"];

    public string Name => "from-scratch";

    public string Description => "accuracy from scratch beside the linear model: [datasets=trec6,…] [seeds=1,2,3] [split=test|validation] [threads=2] [folder=…] [dropout=0.1 …]";

    public Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        try
        {
            Measure(arguments);
            return Task.FromResult(0);
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine(e.Message);
            return Task.FromResult(1);
        }
    }

    private static void Measure(IReadOnlyList<string> arguments)
    {
        var given = arguments.Select(a => a.Split('=', 2)).ToDictionary(a => a[0], a => a.Length > 1 ? a[1] : "");
        // What is left is written over the arguments that the trainer chooses.
        var changes = given.Where(g => !Settings.Contains(g.Key)).ToDictionary();
        var datasets = new PublicDatasets(given.GetValueOrDefault("folder", "../shared/data"));
        int[] seeds = [.. given.GetValueOrDefault("seeds", "1,2,3").Split(',').Select(int.Parse)];
        var onTest = given.GetValueOrDefault("split", "test") == "test";
        TorchRuntime.Initialize(int.Parse(given.GetValueOrDefault("threads", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture))));
        Console.WriteLine($"| dataset | rows | linear model | from scratch, mean of {seeds.Length} (least to most) | difference | processor s a run | linear |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var name in given.TryGetValue("datasets", out var asked) ? asked.Split(',') : PublicDatasets.Names)
        {
            var splits = datasets.Read(name);
            var run = new FromScratchRun(splits);
            var linear = run.Linear();
            RunFigures[] ours = [.. seeds.Select(seed => Train(run, name, seed))];
            double[] scores = [.. ours.Select(Score)];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {splits.Train.Count:N0} | {Score(linear):0.000} | {scores.Average():0.000} ({scores.Min():0.000} to {scores.Max():0.000}) | {100 * (scores.Average() - Score(linear)):+0.0;-0.0;0.0} | {ours.Average(r => r.Seconds):0} | {linear.Seconds:0} |"));
        }

        RunFigures Train(FromScratchRun run, string name, int seed)
        {
            var figures = run.Train(seed, changes, new Epochs(name, seed));
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}, seed {seed}: {Score(figures):0.0000}, {figures.Seconds:0} s of processor time"));
            return figures;
        }

        double Score(RunFigures figures) => onTest ? figures.Test : figures.Validation;
    }

    private sealed class Epochs(string name, int seed) : ITrainingObserver
    {
        public void OnStep(StepReport step)
        {
        }

        public void OnEpoch(EpochMetrics epoch, ModelMetrics validation, int step, bool isBest) => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}, seed {seed}, epoch {epoch.Epoch}: loss {epoch.TrainingLoss:0.000}, validation {epoch.ValidationLoss:0.000}, accuracy {epoch.ValidationAccuracy:0.0000}{(isBest ? " *" : "")}"));
    }
}
