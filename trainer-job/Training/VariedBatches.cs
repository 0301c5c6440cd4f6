using Pipeline.Trainer.Data;

namespace Pipeline.Trainer.Training;

/// <summary>Makes training batches of examples: varied by chance, and with what a teacher says of them as they are then.</summary>
/// <param name="data">What the examples are of.</param>
/// <param name="inputs">Makes inputs of them.</param>
/// <param name="teacher">Null: the labels alone teach.</param>
/// <param name="arguments">How much is varied.</param>
internal sealed class VariedBatches(TrainingData data, InputBuilder inputs, LinearTeacher? teacher, TrainingArguments arguments)
{
    /// <summary>A batch.</summary>
    /// <param name="rows">Places of its examples in the training split.</param>
    /// <param name="random">The source of chance.</param>
    public Batch Of(int[] rows, Random random)
    {
        var examples = rows.Select(row => data.Train[row]).ToArray();
        var built = examples.Select(e => inputs.BuildVaried(e, arguments.RandomWindow, arguments.WordDropout, random)).ToArray();
        var batch = Batch.Of(built, [.. examples.Select(e => e.Labels)], data.PadTokenId, data.TargetsOf(examples));
        return teacher is null
            ? batch
            : batch with { Taught = [.. rows.Zip(built).SelectMany(p => teacher.Probabilities(p.First, p.Second.InputIds))] };
    }
}
