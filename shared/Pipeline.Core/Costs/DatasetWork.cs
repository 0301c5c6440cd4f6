using Pipeline.Core.Findings;
using Pipeline.Core.Runs;

namespace Pipeline.Core.Costs;

/// <summary>How much there is to compute for a dataset, whatever computes it.</summary>
/// <param name="TrainRows">Rows of the training split.</param>
/// <param name="ValidationRows">Rows of the validation split.</param>
/// <param name="TestRows">Rows of the test split.</param>
/// <param name="ProblemType">One label a text, any number, or a number to be predicted.</param>
/// <param name="Models">What one pass takes with each base model that the options name; one unless a sweep tries several.</param>
public sealed record DatasetWork(int TrainRows, int ValidationRows, int TestRows, ProblemType ProblemType, IReadOnlyList<ModelWork> Models);

/// <summary>What one pass over a dataset takes with one model.</summary>
/// <param name="BaseModel">The base model; null: the small one that is trained from scratch.</param>
/// <param name="MaxLength">Tokens of a text that are read.</param>
/// <param name="Blocks">Blocks of the model.</param>
/// <param name="TokensPerEpoch">Tokens of the training split as they are read: cut, with special tokens.</param>
/// <param name="FlopsPerEpoch">Floating-point operations of training on them once.</param>
/// <param name="FlopsPerScoredRow">Of scoring a row, on average over the training split.</param>
public sealed record ModelWork(string? BaseModel, int MaxLength, int Blocks, long TokensPerEpoch, double FlopsPerEpoch, double FlopsPerScoredRow)
{
    /// <summary>Counts it.</summary>
    /// <param name="baseModel">The base model; null: the small one that is trained from scratch.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="trainLengths">Tokens of each training text, uncut, with the special tokens.</param>
    /// <param name="options">The run's options.</param>
    /// <param name="outputs">Labels of the head.</param>
    public static ModelWork Of(string? baseModel, ModelShape shape, LengthCounts trainLengths, RunOptions options, int outputs)
    {
        var maxLength = Math.Min(options.MaxLength ?? DefaultMaxLength.For(trainLengths, baseModel is not null).Value, shape.MaxPositions);
        var read = trainLengths.Cut(maxLength).ToList();
        return new ModelWork(
            baseModel,
            maxLength,
            shape.Blocks,
            read.Sum(l => l.Length * l.Texts),
            TrainingFlops.OfTraining(shape, options, outputs).Of(read),
            TrainingFlops.OfScoring(shape, outputs).Of(read) / Math.Max(1, trainLengths.Count));
    }
}
