using Pipeline.Trainer.Data;

namespace Pipeline.Trainer.Training;

/// <summary>Which examples each optimizer step sees. It follows from the arguments alone, so a resumed run finds the same steps.</summary>
/// <param name="lengths">Tokens of each training example's input.</param>
/// <param name="arguments">Batch size, accumulation, epochs.</param>
internal sealed class TrainingPlan(IReadOnlyList<int> lengths, TrainingArguments arguments)
{
    /// <summary>Optimizer steps of an epoch; each epoch has as many.</summary>
    public int StepsPerEpoch { get; } = StepsOf(lengths.Count, arguments.PerDeviceTrainBatchSize, arguments.GradientAccumulationSteps);

    /// <summary>Optimizer steps of the run.</summary>
    public int TotalSteps { get; } =
        arguments.MaxSteps ?? arguments.NumTrainEpochs * StepsOf(lengths.Count, arguments.PerDeviceTrainBatchSize, arguments.GradientAccumulationSteps);

    /// <summary>Optimizer steps of an epoch.</summary>
    /// <param name="examples">Of the training split.</param>
    /// <param name="batchSize">Examples of a batch.</param>
    /// <param name="accumulation">Batches of a step; the last step of an epoch may have fewer.</param>
    public static int StepsOf(int examples, int batchSize, int accumulation) =>
        (int)Math.Min(int.MaxValue, Math.Ceiling(Math.Ceiling((double)examples / batchSize) / accumulation));

    /// <summary>The steps of an epoch, from 0; of each the micro-batches, of each the rows.</summary>
    public int[][][] Epoch(int epoch) =>
    [
        .. BatchPlan.ForEpoch(lengths, arguments.PerDeviceTrainBatchSize, arguments.Seed, epoch)
            .Chunk(arguments.GradientAccumulationSteps)
            .Select(batches => batches.SelectMany(rows => BatchPlan.Fitting(rows, lengths, arguments.MaxTokensPerBatch)).ToArray()),
    ];
}
