using Pipeline.Core.Metrics;
using Pipeline.Modeling;
using Pipeline.Modeling.Optimization;
using Pipeline.Trainer.Data;
using TorchSharp;

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
    private readonly VariedBatches _batches;
    private readonly Evaluator _validation;
    private readonly int[] _lengths;
    private readonly int _totalSteps;
    private readonly LearningRateSchedule _schedule;
    private readonly TrainingStep _step;
    private readonly ModelFlops _flops;
    private TrainingState _state = new();
    private (double LossSum, long Examples) _reported; // of the epoch

    /// <param name="model">The model to train; belongs to the loop from now on. Only its weights that require a gradient are trained.</param>
    /// <param name="data">What it is trained on and chosen by.</param>
    /// <param name="arguments">How.</param>
    /// <param name="observer">Is told what happens.</param>
    /// <param name="teacher">Whose answers a decoder learns beside the labels. Default: none.</param>
    public TrainingLoop(SequenceClassifier model, TrainingData data, TrainingArguments arguments, ITrainingObserver observer, LinearTeacher? teacher = null)
    {
        (_data, _arguments, _observer) = (data, arguments, observer);
        _inputs = data.Inputs(arguments.MaxLength);
        _batches = new VariedBatches(data, _inputs, teacher, arguments);
        _validation = new Evaluator(data, data.Validation, _inputs);
        _lengths = [.. data.Train.Select(_inputs.LengthOf)];
        _totalSteps = Enumerable.Range(0, arguments.NumTrainEpochs).Sum(epoch => Plan(epoch).Length);
        _schedule = new LearningRateSchedule(arguments.LearningRate, arguments.WarmupRatio, _totalSteps);
        Tensors = new TrainingTensors(model, arguments);
        _flops = ModelFlops.Of(model);
        _step = new TrainingStep(Tensors, new ClassificationLoss(data.Problem), new PrefixLoss(data.Problem, arguments.PrefixWeight), arguments);
    }

    /// <summary>Where the loop stands; set it, with <see cref="Tensors"/>, to go on from a checkpoint.</summary>
    public TrainingState State
    {
        get => _state with { LossSum = _step.LossSum };
        set
        {
            (_state, _step.LossSum) = (value, value.LossSum);
            _reported = (value.LossSum, value.ExamplesInEpoch);
        }
    }

    public TrainingTensors Tensors { get; }

    /// <summary>Trains; at the end the model holds the weights of the best epoch.</summary>
    /// <param name="afterStep">Called between two steps, a place to save a checkpoint; told whether an epoch has just ended.</param>
    /// <param name="stop">Ends the loop within a step.</param>
    /// <param name="epochs">Epochs after which it ends for now, as it stands then; null: it trains to the end.</param>
    public void Run(Action<bool> afterStep, CancellationToken stop, int? epochs = null)
    {
        var last = Math.Min(epochs ?? int.MaxValue, _arguments.NumTrainEpochs);
        while (_state.Epoch < last)
        {
            var plan = Plan(_state.Epoch);
            var first = _state.Step;
            var remaining = plan.Skip(_state.BatchInEpoch).Select((rows, i) => (Func<Batch>)(() => Prepare(rows, first + i)));
            foreach (var batch in BatchPrefetcher.Prefetch(remaining, isOnAnotherThread: Tensors.Device.type != DeviceType.CPU))
            {
                stop.ThrowIfCancellationRequested();
                var rate = _schedule.At(_state.Step);
                var result = _step.Run([batch], _state.Step, rate);
                _state = _state with
                {
                    Step = _state.Step + 1,
                    BatchInEpoch = _state.BatchInEpoch + 1,
                    ExamplesInEpoch = _state.ExamplesInEpoch + batch.Size,
                };
                var epoch = _state.Epoch + (double)_state.BatchInEpoch / plan.Length;
                var evaluations = _arguments.NumTrainEpochs - _state.Epoch;
                _observer.OnStep(new StepReport(_state.Step, _totalSteps, epoch, evaluations, rate, WorkOf([batch]), () => Read(result)));
                if (_state.BatchInEpoch < plan.Length)
                    afterStep(false);
            }

            using (Tensors.Average.Use())
                FinishEpoch(_validation.Evaluate(Tensors.Model, stop));
            afterStep(true);
        }

        if (last == _arguments.NumTrainEpochs)
            Tensors.RestoreBest();
    }

    public void Dispose() => Tensors.Dispose();

    private void FinishEpoch(ModelMetrics validation)
    {
        var epoch = EpochMetrics.Of(_state.Epoch + 1, _step.LossSum / _state.ExamplesInEpoch, validation.Loss()!.Value, validation);
        var isBest = _state.IsBest(validation);
        if (isBest)
            Tensors.KeepAsBest();
        _state = _state with
        {
            Epoch = epoch.Epoch,
            BatchInEpoch = 0,
            ExamplesInEpoch = 0,
            History = [.. _state.History, epoch],
            BestEpoch = isBest ? epoch.Epoch : _state.BestEpoch,
            BestValidation = isBest ? validation : _state.BestValidation,
        };
        _step.LossSum = 0;
        _reported = default;
        _observer.OnEpoch(epoch, validation, _state.Step, isBest);
    }

    private StepFigures Read(StepResult result)
    {
        var now = (LossSum: _step.LossSum, Examples: _state.ExamplesInEpoch);
        var loss = (now.LossSum - _reported.LossSum) / (now.Examples - _reported.Examples);
        _reported = now;
        return new StepFigures(loss, result.GradientNorm);
    }

    private StepWork WorkOf(IEnumerable<Batch> batches) => batches
        .Select(b => new StepWork(b.Size, b.Lengths.Sum(), (long)b.Size * b.Sequence, _flops.OfBatch(b.Lengths)))
        .Aggregate((a, b) => a + b);

    private int[][] Plan(int epoch) =>
        BatchPlan.ForEpoch(_lengths, _arguments.PerDeviceTrainBatchSize, _arguments.MaxTokensPerBatch, _arguments.Seed, epoch);

    private Batch Prepare(int[] rows, int step) => _batches.Of(rows, new Random(StepSeed.Of(_arguments.Seed, StepSeed.Stream.Text, step)));
}
