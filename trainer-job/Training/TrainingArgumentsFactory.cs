using Pipeline.Core.Runs;

namespace Pipeline.Trainer.Training;

/// <summary>Fills in what the user left open, from the dataset's size and lengths, and says why.</summary>
internal static class TrainingArgumentsFactory
{
    /// <summary>Chooses the arguments.</summary>
    /// <param name="options">What the user set wins.</param>
    /// <param name="trainLengths">Tokens of each training example, uncut.</param>
    /// <param name="basePositions">Longest input of the base model; null: trained from scratch.</param>
    public static TrainingArguments Create(RunOptions options, IReadOnlyList<int> trainLengths, int? basePositions)
    {
        var reasons = new Dictionary<string, string>();
        var defaults = basePositions is null ? Defaults.FromScratch(trainLengths.Count) : Defaults.FineTuning;
        var longest = Choose("max_length", options.MaxLength, CoverMost(trainLengths, defaults.LongestMaxLength), reasons);
        if (basePositions is { } positions && longest > positions)
        {
            longest = positions;
            reasons["max_length"] = $"{longest}: the base model reads no more";
        }

        return new TrainingArguments
        {
            BaseModel = options.BaseModel,
            Seed = options.Seed,
            MaxLength = longest,
            NumTrainEpochs = Choose("num_train_epochs", options.NumTrainEpochs, defaults.Epochs, reasons),
            PerDeviceTrainBatchSize = Choose("per_device_train_batch_size", options.PerDeviceTrainBatchSize, defaults.BatchSize, reasons),
            LearningRate = Choose("learning_rate", options.LearningRate, defaults.LearningRate, reasons),
            WarmupRatio = options.WarmupRatio,
            WeightDecay = options.WeightDecay,
            MaxGradNorm = options.MaxGradNorm,
            Dropout = Choose("dropout", null, defaults.Dropout, reasons),
            WordDropout = Choose("word_dropout", null, defaults.WordDropout, reasons),
            RandomWindow = Choose("random_window", null, defaults.RandomWindow, reasons),
            EmaDecay = Choose("ema_decay", null, defaults.EmaDecay, reasons),
            Reasons = reasons,
        };
    }

    private static (int Value, string Reason) CoverMost(IReadOnlyList<int> lengths, int longest)
    {
        var sorted = lengths.Order().ToArray();
        var percentile = sorted[(int)(0.95 * (sorted.Length - 1))];
        var rounded = Math.Max(16, (percentile + 7) / 8 * 8);
        return rounded <= longest
            ? (rounded, $"{rounded}: 95 of 100 training texts have at most {percentile} tokens")
            : (longest, $"{longest}: half the texts have more than {sorted[sorted.Length / 2]} tokens, but time grows with length");
    }

    private static T Choose<T>(string name, T? asked, (T Value, string Reason) chosen, Dictionary<string, string> reasons) where T : struct
    {
        if (asked is { } value)
            return value;
        reasons[name] = chosen.Reason;
        return chosen.Value;
    }
}
