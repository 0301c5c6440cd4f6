using Pipeline.Core.Runs;

namespace Pipeline.Core.Costs;

/// <summary>What training one model takes: of a run, or of a trial of a sweep.</summary>
internal sealed class TrialCost
{
    private readonly RunOptions _options;
    private readonly DatasetWork _work;
    private readonly ModelWork _model;
    private readonly TrainingPace _pace;
    private readonly int _stepsPerEpoch;

    public TrialCost(RunOptions options, DatasetWork work, ModelWork model, TrainingPace pace)
    {
        (_options, _work, _model, _pace) = (options, work, model, pace);
        var passes = model.BaseModel is null
            ? DefaultPasses.FromScratch(work.TrainRows, model.TokensPerEpoch, work.ProblemType)
            : DefaultPasses.FineTuning(work.TrainRows);
        var batch = (long)(options.PerDeviceTrainBatchSize ?? passes.BatchSize.Value) * options.GradientAccumulationSteps;
        _stepsPerEpoch = (int)Math.Max(1, Math.Ceiling((double)work.TrainRows / batch));
        Epochs = options.MaxSteps is { } steps ? (double)steps / _stepsPerEpoch : options.NumTrainEpochs ?? passes.Epochs.Value;
    }

    /// <summary>Passes over the training split.</summary>
    public double Epochs { get; }

    /// <summary>Seconds of what a container does beside training and scoring the validation split.</summary>
    public CostRange OtherSeconds => _pace.OtherSeconds;

    /// <summary>Tokens of so many passes.</summary>
    public double Tokens(double epochs) => epochs * _model.TokensPerEpoch;

    /// <summary>Seconds of so many passes, the validation split's scoring included.</summary>
    public CostRange TrainingSeconds(double epochs) =>
        (epochs * _model.FlopsPerEpoch + Evaluations(epochs) * _work.ValidationRows * _model.FlopsPerScoredRow) * _pace.SecondsPerFlop
        + epochs * _stepsPerEpoch * _pace.SecondsPerStep;

    /// <summary>The same, where training may end early: after as many passes as it is patient for, and one.</summary>
    public CostRange TrainingSeconds()
    {
        var whole = TrainingSeconds(Epochs);
        return _options is { EarlyStoppingPatience: { } patience, EvalStrategy: "epoch" } && patience + 1 < Epochs
            ? whole with { Low = TrainingSeconds(patience + 1).Low }
            : whole;
    }

    /// <summary>Seconds of scoring the test split with the model, and with both graphs that are exported.</summary>
    public CostRange TestSeconds() => 3 * _work.TestRows * _model.FlopsPerScoredRow * _pace.SecondsPerFlop;

    private double Evaluations(double epochs) => _options.EvalStrategy switch
    {
        "no" => 1,
        "steps" => _options.EvalSteps is { } every ? epochs * _stepsPerEpoch / every : 10 * epochs / Math.Max(1, Epochs),
        _ => epochs,
    };
}
