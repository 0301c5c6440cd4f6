using Pipeline.Core.Metrics;
using Pipeline.Modeling;
using Pipeline.Modeling.Optimization;
using Pipeline.Trainer.Data;
using TorchSharp;

namespace Pipeline.Trainer.Training;

/// <summary>
/// Trains a classifier and keeps the best weights. All randomness of a step follows from its number,
/// so a loop that goes on from a checkpoint ends with the same weights as one left alone.
/// </summary>
internal sealed class TrainingLoop : IDisposable
{
    private readonly TrainingArguments _arguments;
    private readonly ITrainingObserver _observer;
    private readonly InputBuilder _inputs;
    private readonly VariedBatches _batches;
    private readonly Evaluator _validation;
    private readonly TrainingPlan _plan;
    private readonly TargetScale _scale;
    private readonly LearningRateSchedule _schedule;
    private readonly TrainingStep _step;
    private readonly ModelFlops _flops;
    private readonly EvaluationOutcome _outcome;
    private readonly IntervalStrategy _evaluation;
    private readonly IntervalStrategy _saving;
    private TrainingState _state = new();
    private int _last; // epochs after which a run ends for now
    private (double LossSum, long Examples) _reported; // since the last evaluation

    /// <param name="model">The model to train; belongs to the loop from now on. Only its weights that require a gradient are trained.</param>
    /// <param name="data">What it is trained on and chosen by.</param>
    /// <param name="arguments">How.</param>
    /// <param name="observer">Is told what happens.</param>
    /// <param name="teacher">Whose answers a decoder learns beside the labels. Default: none.</param>
    public TrainingLoop(SequenceClassifier model, TrainingData data, TrainingArguments arguments, ITrainingObserver observer, LinearTeacher? teacher = null)
    {
        (_arguments, _observer) = (arguments, observer);
        _inputs = data.Inputs(arguments.MaxLength);
        _batches = new VariedBatches(data, _inputs, teacher, arguments);
        _scale = data.Scale;
        _validation = new Evaluator(data, data.Validation, _inputs, arguments.PerDeviceEvalBatchSize) { Scale = _scale };
        _plan = new TrainingPlan([.. data.Train.Select(_inputs.LengthOf)], arguments);
        _schedule = new LearningRateSchedule(arguments, _plan.TotalSteps);
        _outcome = new EvaluationOutcome(arguments);
        _evaluation = new IntervalStrategy(arguments.EvalStrategy, arguments.EvalSteps);
        _saving = new IntervalStrategy(arguments.SaveStrategy, arguments.SaveSteps);
        model.GradientCheckpointing = arguments.GradientCheckpointing;
        Tensors = new TrainingTensors(model, arguments);
        _flops = ModelFlops.Of(model);
        _step = new TrainingStep(
            Tensors, new ClassificationLoss(data.Problem, data.Labels, arguments, _scale), new PrefixLoss(data.Problem, arguments.PrefixWeight), arguments,
            message => _observer.OnWarning(message, _state.Step));
    }

    /// <summary>Where the loop stands; set it, with <see cref="Tensors"/>, to go on from a checkpoint.</summary>
    public TrainingState State
    {
        get => _state with { LossSum = _step.LossSum, MicroBatchDivisor = _step.Divisor };
        set
        {
            (_state, _step.LossSum, _step.Divisor) = (value, value.LossSum, value.MicroBatchDivisor);
            _reported = (value.LossSum, value.ExamplesSinceEvaluation);
        }
    }

    public TrainingTensors Tensors { get; }

    /// <summary>Whether the loop has ended before its last step, because evaluations brought nothing better for as long as they may.</summary>
    public bool StoppedEarly => IsDone && _state.Step < _plan.TotalSteps;

    /// <summary>Whether nothing is left to train; the model then holds the weights that are kept.</summary>
    public bool IsDone => _state.Step >= _plan.TotalSteps || _outcome.IsOutOfPatience(_state);

    /// <summary>Trains; at the end the model holds the weights that are kept: the best, or where the arguments say so the last.</summary>
    /// <param name="afterStep">Called after each step, a place to save a checkpoint; told whether one is asked for.</param>
    /// <param name="stop">Ends the loop within a step.</param>
    /// <param name="epochs">Epochs after which it ends for now, as it stands then; null: it trains to the end.</param>
    public void Run(Action<bool> afterStep, CancellationToken stop, int? epochs = null)
    {
        _last = epochs ?? int.MaxValue;
        while (!IsDone && _state.Epoch < _last)
        {
            var steps = _plan.Epoch(_state.Epoch);
            var first = _state.Step;
            var remaining = steps.Skip(_state.StepInEpoch).Select((parts, i) => (Func<Batch[]>)(() => Prepare(parts, first + i)));
            foreach (var batches in BatchPrefetcher.Prefetch(remaining, isOnAnotherThread: Tensors.Device.type != DeviceType.CPU))
            {
                stop.ThrowIfCancellationRequested();
                var endsEpoch = Step(batches);
                if (IsEvaluated(endsEpoch))
                    Evaluate(stop);
                afterStep(IsDone || EndsRun(endsEpoch) || _saving.IsDue(_state.Step, endsEpoch));
                if (IsDone)
                    break;
            }
        }

        if (IsDone)
            Tensors.RestoreBest();
    }

    public void Dispose()
    {
        _step.Dispose();
        Tensors.Dispose();
    }

    private bool Step(Batch[] batches)
    {
        var rate = _schedule.At(_state.Step);
        var result = _step.Run(batches, _state.Step, rate);
        var inEpoch = _state.StepInEpoch + 1;
        var endsEpoch = inEpoch == _plan.StepsPerEpoch;
        _state = _state with
        {
            Step = _state.Step + 1,
            Epoch = _state.Epoch + (endsEpoch ? 1 : 0),
            StepInEpoch = endsEpoch ? 0 : inEpoch,
            ExamplesSinceEvaluation = _state.ExamplesSinceEvaluation + batches.Sum(b => b.Size),
        };
        var isEvaluated = IsEvaluated(endsEpoch);
        var evaluations = _evaluation.Left(_state.Step, _plan) + (isEvaluated ? 1 : 0);
        _observer.OnStep(new StepReport(_state.Step, _plan.TotalSteps, Epochs, evaluations, isEvaluated, rate, WorkOf(batches), () => Read(result)));
        return endsEpoch;
    }

    // Epochs done, with the fraction of the current one.
    private double Epochs => _state.Epoch + (double)_state.StepInEpoch / _plan.StepsPerEpoch;

    // After the last step something must be known of the weights.
    private bool IsEvaluated(bool endsEpoch) => _state.Step == _plan.TotalSteps || EndsRun(endsEpoch) || _evaluation.IsDue(_state.Step, endsEpoch);

    private bool EndsRun(bool endsEpoch) => endsEpoch && _state.Epoch == _last;

    private StepFigures Read(StepResult result)
    {
        var now = (LossSum: _step.LossSum, Examples: _state.ExamplesSinceEvaluation);
        var loss = (now.LossSum - _reported.LossSum) / (now.Examples - _reported.Examples);
        _reported = now;
        return new StepFigures(loss, result.GradientNorm);
    }

    private StepWork WorkOf(IEnumerable<Batch> batches) => batches
        .Select(b => new StepWork(b.Size, b.Lengths.Sum(), (long)b.Size * b.Sequence, _flops.OfBatch(b.Lengths)))
        .Aggregate((a, b) => a + b);

    private void Evaluate(CancellationToken stop)
    {
        using var average = Tensors.Average.Use();
        var validation = _validation.Evaluate(Tensors.Model, stop);
        Divergence.Require(validation, _state.Step);
        var evaluation = EpochMetrics.Of(Epochs, _state.Step, _step.LossSum / _state.ExamplesSinceEvaluation, validation.Loss()!.Value / _scale.Variance, validation);
        var isKept = _outcome.IsKept(_state, validation);
        if (isKept)
            Tensors.KeepAsBest();
        State = _outcome.After(_state, evaluation, validation);
        _reported = default;
        _observer.OnEpoch(evaluation, validation, _state.Step, isKept);
    }

    private Batch[] Prepare(int[][] parts, int step)
    {
        var random = new Random(StepSeed.Of(_arguments.Seed, StepSeed.Stream.Text, step));
        return [.. parts.Select(rows => _batches.Of(rows, random))];
    }
}
