using Pipeline.Core.Metrics;
using Pipeline.Modeling;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Training;

namespace Pipeline.Benchmarks.Training;

/// <summary>The product's own loop, with all that it does in a run: bucketing, blanking of words, clipping, averaging of the weights, scoring after an epoch.</summary>
internal sealed class ProductLoop : IContender
{
    private readonly Counter _counter = new();
    private readonly TrainingLoop _loop;

    public ProductLoop(string name, SequenceClassifier model, TrainingData data, TrainingArguments arguments)
    {
        Name = name;
        _loop = new TrainingLoop(model, data, arguments, _counter);
    }

    public string Name { get; }

    public int StepsPerRound => 24;

    public int Train(int steps)
    {
        var before = _counter.Examples;
        using var stop = new CancellationTokenSource();
        try
        {
            _loop.Run(_ =>
            {
                if (--steps == 0)
                    stop.Cancel();
            }, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // As many as were asked for.
        }

        return _counter.Examples - before;
    }

    public void Dispose() => _loop.Dispose();

    private sealed class Counter : ITrainingObserver
    {
        public int Examples { get; private set; }

        public void OnStep(StepReport step) => Examples += step.Work.Examples;

        public void OnEpoch(EpochMetrics epoch, ModelMetrics validation, int step, bool isBest)
        {
        }
    }
}
