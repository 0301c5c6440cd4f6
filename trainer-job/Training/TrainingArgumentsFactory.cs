using Pipeline.Core;
using Pipeline.Core.Findings;
using Pipeline.Core.Metrics;
using Pipeline.Core.Runs;
using Pipeline.Modeling.Lora;
using Pipeline.Modeling.Pretrained;

namespace Pipeline.Trainer.Training;

/// <summary>Fills in what the user left open, from the dataset's size and lengths, and says why.</summary>
internal static class TrainingArgumentsFactory
{
    private const double IntervalShare = 0.1;

    /// <summary>Chooses the arguments.</summary>
    /// <param name="options">What the user set wins.</param>
    /// <param name="trainLengths">Tokens of each training example's input, uncut.</param>
    /// <param name="baseModel">Configuration of the base model; null: trained from scratch.</param>
    /// <param name="problem">Whether an example has one label or any number.</param>
    /// <param name="memory">Of the device (bytes). It decides only what is computed together, so that a run may go on on another device.</param>
    public static TrainingArguments Create(
        RunOptions options, IReadOnlyList<int> trainLengths, PretrainedConfig? baseModel, ProblemType problem, long memory = long.MaxValue)
    {
        var reasons = new Dictionary<string, string>();
        var warnings = new List<string>();
        var longest = Choose("max_length", options.MaxLength, MaxLength(trainLengths, isPretrained: baseModel is not null), reasons);
        if (baseModel?.MaxPositions is { } positions && longest > positions)
        {
            longest = positions;
            reasons["max_length"] = $"{longest}: the base model reads no more";
        }

        var perStep = options.PerDeviceTrainBatchSize * (long?)options.GradientAccumulationSteps;
        var defaults = baseModel is null
            ? Defaults.FromScratch(trainLengths.Count, trainLengths.Sum(length => (long)Math.Min(length, longest)), problem)
            : FineTuningDefaults.For(baseModel, trainLengths.Count, perStep, options.LoraR is not null);
        var metric = options.MetricForBestModel is { } named ? BestMetric.Of(named, options.GreaterIsBetter) : BestMetric.DefaultOf(problem);
        var batchSize = Choose("per_device_train_batch_size", options.PerDeviceTrainBatchSize, defaults.BatchSize, reasons);
        var stepsPerEpoch = TrainingPlan.StepsOf(trainLengths.Count, batchSize, options.GradientAccumulationSteps);
        var epochs = Epochs(options, defaults, stepsPerEpoch, reasons, warnings);
        var totalSteps = options.MaxSteps ?? epochs * stepsPerEpoch;
        var warmup = Warmup.For(options, totalSteps);
        if (warmup.Reason is { } reason)
            reasons["warmup_steps"] = reason;
        if (warmup.Warning is { } warning)
            warnings.Add(warning);

        return new TrainingArguments
        {
            BaseModel = options.BaseModel,
            BaseModelDtype = options.BaseModelDtype,
            FreezeLayers = options.FreezeLayers,
            Lora = Lora(options, baseModel, problem),
            Seed = options.Seed,
            MaxLength = longest,
            NumTrainEpochs = epochs,
            MaxSteps = options.MaxSteps,
            PerDeviceTrainBatchSize = batchSize,
            GradientAccumulationSteps = options.GradientAccumulationSteps,
            GradientCheckpointing = options.GradientCheckpointing,
            MaxTokensPerBatch = Choose("max_tokens_per_batch", null, ActivationMemory.TokensPerBatch(baseModel, longest, memory), reasons),
            LearningRate = Choose("learning_rate", options.LearningRate, defaults.LearningRate, reasons),
            LrSchedulerType = options.LrSchedulerType,
            LrSchedulerKwargs = options.LrSchedulerKwargs,
            WarmupSteps = warmup.Steps,
            WeightDecay = options.WeightDecay,
            AdamBeta1 = options.AdamBeta1,
            AdamBeta2 = options.AdamBeta2,
            AdamEpsilon = options.AdamEpsilon,
            MaxGradNorm = options.MaxGradNorm,
            LabelSmoothingFactor = options.LabelSmoothingFactor,
            EvalStrategy = options.EvalStrategy,
            EvalSteps = Interval("eval", options.EvalStrategy, options.EvalSteps, totalSteps, reasons),
            SaveStrategy = options.SaveStrategy,
            SaveSteps = Interval("save", options.SaveStrategy, options.SaveSteps, totalSteps, reasons),
            LoggingStrategy = options.LoggingStrategy,
            LoggingSteps = options.LoggingSteps,
            PerDeviceEvalBatchSize = options.PerDeviceEvalBatchSize,
            MetricForBestModel = metric.Name,
            GreaterIsBetter = metric.GreaterIsBetter,
            LoadBestModelAtEnd = options.LoadBestModelAtEnd ?? options.EvalStrategy != "no",
            EarlyStoppingPatience = options.EarlyStoppingPatience,
            EarlyStoppingThreshold = options.EarlyStoppingThreshold,
            Bf16 = options.Bf16,
            Fp16 = options.Fp16,
            Dropout = Choose("dropout", options.Dropout, defaults.Dropout, reasons),
            WordDropout = Choose("word_dropout", null, defaults.WordDropout, reasons),
            RandomWindow = Choose("random_window", null, defaults.RandomWindow, reasons),
            EmaDecay = Choose("ema_decay", null, defaults.EmaDecay, reasons),
            TeacherWeight = Choose("teacher_weight", null, defaults.TeacherWeight, reasons),
            PrefixWeight = Choose("prefix_weight", null, defaults.PrefixWeight, reasons),
            Reasons = reasons,
            Warnings = warnings,
        };
    }

    private static int Epochs(RunOptions options, Defaults defaults, int stepsPerEpoch, Dictionary<string, string> reasons, List<string> warnings)
    {
        if (options.MaxSteps is not { } steps)
            return Choose("num_train_epochs", options.NumTrainEpochs, defaults.Epochs, reasons);
        var epochs = (int)Math.Ceiling((double)steps / stepsPerEpoch);
        reasons["num_train_epochs"] = $"{epochs}: what max_steps {steps} take";
        if (options.NumTrainEpochs is { } asked && asked != epochs)
            warnings.Add($"num_train_epochs is {asked}, but max_steps {steps} decides: the run has {epochs} epochs, the last of them perhaps in part.");
        return epochs;
    }

    private static int? Interval(string kind, string strategy, int? asked, int totalSteps, Dictionary<string, string> reasons)
    {
        if (strategy != "steps")
            return null;
        var tenth = Math.Max(1, (int)(IntervalShare * totalSteps));
        return Choose($"{kind}_steps", asked, (tenth, $"{tenth}: a tenth of the run's {totalSteps} steps"), reasons);
    }

    private static LoraConfig? Lora(RunOptions options, PretrainedConfig? baseModel, ProblemType problem) => options.LoraR is not { } rank ? null : new LoraConfig
    {
        R = rank,
        LoraAlpha = options.LoraAlpha ?? 2 * rank,
        LoraDropout = options.LoraDropout ?? 0.05,
        TargetModules = options.LoraTargetModules,
        // Their head has no bias: the mean of the targets goes into the norm before it, which so belongs to the adapter.
        ModulesToSave = problem == ProblemType.Regression && baseModel?.ModelType is "gpt2" or "gpt_neo" ? ["score", "ln_f"] : null,
        UseRslora = options.UseRslora,
        BaseModelNameOrPath = options.BaseModel,
    };

    private static (int Value, string Reason) MaxLength(IReadOnlyList<int> lengths, bool isPretrained)
    {
        var counts = new LengthCounts();
        foreach (var length in lengths)
            counts.Add(length);
        var (value, reason) = DefaultMaxLength.For(counts, isPretrained);
        return (value, reason);
    }

    private static T Choose<T>(string name, T? asked, (T Value, string Reason) chosen, Dictionary<string, string> reasons) where T : struct
    {
        if (asked is { } value)
            return value;
        reasons[name] = chosen.Reason;
        return chosen.Value;
    }
}
