using Pipeline.Core.Metrics;
using Pipeline.Modeling;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Training;

namespace Pipeline.Benchmarks.Training;

/// <summary>The product's own loop, with all that it does in a run: bucketing, prefetching, blanking of words, clipping, averaging of the weights.</summary>
internal sealed class ProductLoop(string name, SequenceClassifier model, TrainingData data, TrainingArguments arguments) : IContender
{
    private readonly TrainingLoop _loop = new(model, data, arguments, new Silent());

    public string Name => name;

    public int StepsPerRound => 24;

    public int Train(int steps)
    {
        var before = _loop.State.ExamplesSinceEvaluation;
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

        return (int)(_loop.State.ExamplesSinceEvaluation - before);
    }

    public void Dispose() => _loop.Dispose();

    private sealed class Silent : ITrainingObserver
    {
        public void OnStep(StepReport step)
        {
        }

        public void OnEpoch(EpochMetrics epoch, ModelMetrics validation, int step, bool isBest)
        {
        }
    }
}
