using Pipeline.Core.Metrics;
using Pipeline.Modeling;
using Pipeline.Trainer.Data;
using static TorchSharp.torch;

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
    private readonly InputBuilder _inputs;
    private readonly Evaluator _validation;
    private readonly int[] _lengths;
    private readonly int _totalSteps;
    private readonly LearningRateSchedule _schedule;

    /// <param name="model">The model to train; belongs to the loop from now on. Only its weights that require a gradient are trained.</param>
    /// <param name="data">What it is trained on and chosen by.</param>
    /// <param name="arguments">How.</param>
    /// <param name="observer">Is told what happens.</param>
    public TrainingLoop(SequenceClassifier model, TrainingData data, TrainingArguments arguments, ITrainingObserver observer)
    {
        (_data, _arguments, _observer) = (data, arguments, observer);
        _inputs = data.Inputs(arguments.MaxLength);
        _validation = new Evaluator(data, data.Validation, _inputs);
        _lengths = [.. data.Train.Select(_inputs.LengthOf)];
        _totalSteps = Enumerable.Range(0, arguments.NumTrainEpochs).Sum(epoch => Plan(epoch).Length);
        _schedule = new LearningRateSchedule(arguments.LearningRate, arguments.WarmupRatio, _totalSteps);
        Tensors = new TrainingTensors(model, arguments);
    }

    /// <summary>Where the loop stands; set it, with <see cref="Tensors"/>, to go on from a checkpoint.</summary>
    public TrainingState State { get; set; } = new();

    public TrainingTensors Tensors { get; }

    /// <summary>Trains to the end; afterwards the model holds the weights of the best epoch.</summary>
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

            using (Tensors.Average.Use())
                FinishEpoch(_validation.Evaluate(Tensors.Model, stop));
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
        var logits = Tensors.Model.ForwardRightPadded(inputs.InputIds, inputs.Lengths, inputs.TokenTypeIds); // [batch, labels]
        var loss = ClassificationLoss.Of(_data.Problem, logits.to_type(float32), batch.Labels);
        loss.backward();
        Tensors.Optimizer.LearningRate = learningRate;
        var norm = Tensors.Optimizer.Step(_arguments.MaxGradNorm);
        Tensors.Average.Update(State.Step + 1);
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
        var random = new Random(StepSeed.Of(_arguments.Seed, StepSeed.Stream.Text, step));
        var examples = rows.Select(row => _data.Train[row]).ToArray();
        var inputs = examples.Select(e => _inputs.BuildVaried(e, _arguments.RandomWindow, _arguments.WordDropout, random)).ToArray();
        return Batch.Of(inputs, [.. examples.Select(e => e.Labels)], _data.PadTokenId);
    }
}
