using Pipeline.Benchmarks.FromScratch;
using Pipeline.Core.Metrics;
using Pipeline.Modeling;
using Pipeline.Trainer.Training;

namespace Pipeline.Benchmarks.Serving;

/// <summary>A model that the trainer's own code has trained from scratch on a public dataset, for a few epochs.</summary>
internal sealed class SmallModel : IDisposable
{
    private readonly TrainingLoop _loop;

    private SmallModel(FromScratchRun run, LabelledSplits splits, TrainingLoop loop, TrainingArguments arguments) =>
        (Run, Splits, _loop, Arguments) = (run, splits, loop, arguments);

    public FromScratchRun Run { get; }

    public LabelledSplits Splits { get; }

    public TrainingArguments Arguments { get; }

    public SequenceClassifier Model => _loop.Tensors.Model;

    /// <summary>Trains; null, with a word on the console, where the dataset is not there.</summary>
    public static SmallModel? Train(string folder, string dataset, int epochs)
    {
        if (!Directory.Exists(folder))
        {
            Console.WriteLine($"Skipped: the folder '{folder}' with the public datasets is not there; name it with folder=….");
            return null;
        }

        TorchRuntime.Initialize(Environment.ProcessorCount);
        var splits = new PublicDatasets(folder).Read(dataset);
        var run = new FromScratchRun(splits);
        var loop = run.Fit(seed: 1, new Dictionary<string, string> { ["num_train_epochs"] = $"{epochs}" }, new Epochs(), out var arguments);
        return new SmallModel(run, splits, loop, arguments);
    }

    public void Dispose() => _loop.Dispose();

    private sealed class Epochs : ITrainingObserver
    {
        public void OnStep(StepReport step)
        {
        }

        public void OnEpoch(EpochMetrics epoch, ModelMetrics validation, int step, bool isBest) =>
            Console.Error.WriteLine(FormattableString.Invariant($"epoch {epoch.Epoch}: validation accuracy {epoch.ValidationAccuracy:0.0000}"));
    }
}
