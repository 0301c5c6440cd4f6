using Pipeline.Core;
using Pipeline.Core.Findings;
using Pipeline.Core.Runs;
using Pipeline.Modeling.Lora;
using Pipeline.Modeling.Pretrained;

namespace Pipeline.Trainer.Training;

/// <summary>Fills in what the user left open, from the dataset's size and lengths, and says why.</summary>
internal static class TrainingArgumentsFactory
{
    /// <summary>Chooses the arguments.</summary>
    /// <param name="options">What the user set wins.</param>
    /// <param name="trainLengths">Tokens of each training example's input, uncut.</param>
    /// <param name="baseModel">Configuration of the base model; null: trained from scratch.</param>
    /// <param name="problem">Whether an example has one label or any number.</param>
    public static TrainingArguments Create(RunOptions options, IReadOnlyList<int> trainLengths, PretrainedConfig? baseModel, ProblemType problem)
    {
        var reasons = new Dictionary<string, string>();
        var longest = Choose("max_length", options.MaxLength, MaxLength(trainLengths, isPretrained: baseModel is not null), reasons);
        if (baseModel?.MaxPositions is { } positions && longest > positions)
        {
            longest = positions;
            reasons["max_length"] = $"{longest}: the base model reads no more";
        }

        var defaults = baseModel is null
            ? Defaults.FromScratch(trainLengths.Count, trainLengths.Sum(length => (long)Math.Min(length, longest)), problem)
            : options.LoraR is null ? Defaults.FineTuning : Defaults.Lora;
        return new TrainingArguments
        {
            BaseModel = options.BaseModel,
            BaseModelDtype = options.BaseModelDtype,
            FreezeLayers = options.FreezeLayers,
            Lora = Lora(options),
            Seed = options.Seed,
            MaxLength = longest,
            NumTrainEpochs = Choose("num_train_epochs", options.NumTrainEpochs, defaults.Epochs, reasons),
            PerDeviceTrainBatchSize = Choose("per_device_train_batch_size", options.PerDeviceTrainBatchSize, defaults.BatchSize, reasons),
            MaxTokensPerBatch = Choose("max_tokens_per_batch", null, ActivationMemory.TokensPerBatch(baseModel, longest), reasons),
            LearningRate = Choose("learning_rate", options.LearningRate, defaults.LearningRate, reasons),
            WarmupRatio = options.WarmupRatio,
            WeightDecay = options.WeightDecay,
            MaxGradNorm = options.MaxGradNorm,
            Dropout = Choose("dropout", options.Dropout, defaults.Dropout, reasons),
            WordDropout = Choose("word_dropout", null, defaults.WordDropout, reasons),
            RandomWindow = Choose("random_window", null, defaults.RandomWindow, reasons),
            EmaDecay = Choose("ema_decay", null, defaults.EmaDecay, reasons),
            TeacherWeight = Choose("teacher_weight", null, defaults.TeacherWeight, reasons),
            PrefixWeight = Choose("prefix_weight", null, defaults.PrefixWeight, reasons),
            Reasons = reasons,
        };
    }

    private static LoraConfig? Lora(RunOptions options) => options.LoraR is not { } rank ? null : new LoraConfig
    {
        R = rank,
        LoraAlpha = options.LoraAlpha ?? 2 * rank,
        LoraDropout = options.LoraDropout ?? 0.05,
        TargetModules = options.LoraTargetModules,
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
