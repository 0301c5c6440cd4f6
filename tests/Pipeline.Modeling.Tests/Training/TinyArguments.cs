using Pipeline.Trainer.Training;

namespace Pipeline.Modeling.Tests.Training;

/// <summary>Arguments for tests, to be changed with <c>with</c>.</summary>
internal static class TinyArguments
{
    public static TrainingArguments Default { get; } = new()
    {
        Seed = 5, MaxLength = 12, NumTrainEpochs = 3, PerDeviceTrainBatchSize = 16, LearningRate = 5e-3, WarmupSteps = 3,
        WeightDecay = 0.01, MaxGradNorm = 1, Dropout = 0.1, WordDropout = 0.1, RandomWindow = 0.5, EmaDecay = 0.9,
        TeacherWeight = 0.6, PrefixWeight = 0.5, Reasons = new Dictionary<string, string>(),
    };
}
