using Pipeline.Core.Metrics;
using Pipeline.Modeling;
using Pipeline.Modeling.Optimization;
using Pipeline.Trainer.Data;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Trainer.Training;

/// <summary>
/// Trains a classifier and keeps the weights of the best epoch. All randomness of a step follows from its number,
/// so a loop that goes on from a checkpoint ends with the same weights as one left alone.
/// </summary>
internal sealed class TrainingLoop : IDisposable
{
    private readonly TrainingArguments _arguments;
    private readonly TrainingData _data;
    private readonly ITrainingObserver _observer;
    private readonly int[] _lengths;
    private readonly int _totalSteps;
    private readonly LearningRateSchedule _schedule;
    private readonly WeightAverage _average;

    /// <param name="model">The model to train.</param>
    /// <param name="averaged">Another of the same make, for the averaged weights; both belong to the loop.</param>
    /// <param name="data">Cut to the arguments' length.</param>
    /// <param name="arguments">How.</param>
    /// <param name="observer">Is told what happens.</param>
    public TrainingLoop(
        SequenceClassifier model, SequenceClassifier averaged, TrainingData data, TrainingArguments arguments, ITrainingObserver observer)
    {
        (_data, _arguments, _observer) = (data, arguments, observer);
        _lengths = [.. data.Train.InputIds.Select(ids => Math.Min(ids.Length, arguments.MaxLength))];
        _totalSteps = Enumerable.Range(0, arguments.NumTrainEpochs).Sum(epoch => Plan(epoch).Length);
        _schedule = new LearningRateSchedule(arguments.LearningRate, arguments.WarmupRatio, _totalSteps);
        Tensors = new TrainingTensors(model, averaged, new AdamW(model.named_parameters(), new AdamWOptions
        {
            Beta1 = arguments.AdamBeta1,
            Beta2 = arguments.AdamBeta2,
            Epsilon = arguments.AdamEpsilon,
            WeightDecay = arguments.WeightDecay,
        }));
        _average = new WeightAverage(model, averaged, arguments.EmaDecay);
        _average.Update(step: 0);
    }

    /// <summary>Where the loop stands; set it, with <see cref="Tensors"/>, to go on from a checkpoint.</summary>
    public TrainingState State { get; set; } = new();

    public TrainingTensors Tensors { get; }

    /// <summary>Trains to the end; afterwards the averaged model holds the weights of the best epoch.</summary>
    /// <param name="afterStep">Called between two steps, a place to save a checkpoint; told whether an epoch has just ended.</param>
    /// <param name="stop">Ends the loop within a step.</param>
    public void Run(Action<bool> afterStep, CancellationToken stop)
    {
        while (State.Epoch < _arguments.NumTrainEpochs)
        {
            var plan = Plan(State.Epoch);
            var first = State.Step;
            var remaining = plan.Skip(State.BatchInEpoch).Select((rows, i) => (Func<Batch>)(() => Prepare(rows, first + i)));
            foreach (var batch in BatchPrefetcher.Prefetch(remaining))
            {
                stop.ThrowIfCancellationRequested();
                var rate = _schedule.At(State.Step);
                var (loss, norm) = Step(batch, rate);
                State = State with
                {
                    Step = State.Step + 1,
                    BatchInEpoch = State.BatchInEpoch + 1,
                    LossSum = State.LossSum + loss * batch.Size,
                    ExamplesInEpoch = State.ExamplesInEpoch + batch.Size,
                };
                var epoch = State.Epoch + (double)State.BatchInEpoch / plan.Length;
                _observer.OnStep(new StepReport(State.Step, _totalSteps, epoch, loss, rate, norm));
                if (State.BatchInEpoch < plan.Length)
                    afterStep(false);
            }

            FinishEpoch(Evaluator.Evaluate(Tensors.Averaged, _data.Validation, _data.Labels, _data.PadTokenId, stop));
            afterStep(true);
        }

        Tensors.RestoreBest();
    }

    public void Dispose() => Tensors.Dispose();

    private (double Loss, double GradientNorm) Step(Batch batch, double learningRate)
    {
        using var scope = NewDisposeScope();
        manual_seed(StepSeed.Of(_arguments.Seed, StepSeed.Stream.Dropout, State.Step));
        Tensors.Model.train();
        var inputs = BatchTensors.From(batch, Tensors.Device);
        var logits = Tensors.Model.ForwardRightPadded(inputs.InputIds, inputs.Lengths); // [batch, labels]
        var loss = F.cross_entropy(logits, inputs.Labels);
        loss.backward();
        Tensors.Optimizer.LearningRate = learningRate;
        var norm = Tensors.Optimizer.Step(_arguments.MaxGradNorm);
        _average.Update(State.Step + 1);
        return (loss.item<float>(), norm);
    }

    private void FinishEpoch(ClassificationMetrics validation)
    {
        var epoch = new EpochMetrics(
            State.Epoch + 1, State.LossSum / State.ExamplesInEpoch, validation.LogLoss!.Value, validation.Accuracy, validation.Macro.F1);
        var isBest = State.IsBest(validation);
        if (isBest)
            Tensors.KeepAsBest();
        State = State with
        {
            Epoch = epoch.Epoch,
            BatchInEpoch = 0,
            LossSum = 0,
            ExamplesInEpoch = 0,
            History = [.. State.History, epoch],
            BestEpoch = isBest ? epoch.Epoch : State.BestEpoch,
            BestValidation = isBest ? validation : State.BestValidation,
        };
        _observer.OnEpoch(epoch, State.Step, isBest);
    }

    private int[][] Plan(int epoch) =>
        BatchPlan.ForEpoch(_lengths, _arguments.PerDeviceTrainBatchSize, _arguments.MaxTokensPerBatch, _arguments.Seed, epoch);

    private Batch Prepare(int[] rows, int step)
    {
        var examples = _data.Train.Sample(
            rows, _arguments.MaxLength, _arguments.RandomWindow, StepSeed.Of(_arguments.Seed, StepSeed.Stream.Window, step));
        var batch = Batch.Of(examples, [.. Enumerable.Range(0, rows.Length)], _data.PadTokenId);
        batch.DropWords(_arguments.WordDropout, _data.PadTokenId, StepSeed.Of(_arguments.Seed, StepSeed.Stream.WordDropout, step));
        return batch;
    }
}
