using Pipeline.Modeling.Decoders;
using Pipeline.Trainer.Data;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>
/// An optimizer step: forward and backward over the micro-batches, clipping, update, average. All its randomness follows from
/// the step's number.
/// </summary>
/// <param name="tensors">What is trained.</param>
/// <param name="loss">What is lowered.</param>
/// <param name="prefixLoss">What is lowered beside it where a teacher has answered.</param>
/// <param name="arguments">How.</param>
internal sealed class TrainingStep(TrainingTensors tensors, ClassificationLoss loss, PrefixLoss prefixLoss, TrainingArguments arguments)
{
    /// <summary>Sum of the losses of the examples since it was last set (nats); set it after an evaluation and to go on from a checkpoint.</summary>
    public double LossSum { get; set; }

    /// <summary>Does a step.</summary>
    /// <param name="microBatches">The step's examples, as many at a time as fit in memory. Gradients are those of one batch of all of them.</param>
    /// <param name="step">Steps done before.</param>
    /// <param name="learningRate">Of this step.</param>
    public StepResult Run(IReadOnlyList<Batch> microBatches, int step, double learningRate)
    {
        manual_seed(StepSeed.Of(arguments.Seed, StepSeed.Stream.Dropout, step));
        tensors.Model.train();
        var weight = microBatches.Sum(loss.WeightOf);
        var mean = 0.0;
        foreach (var batch in microBatches)
            mean += Accumulate(batch, loss.WeightOf(batch) / weight);
        tensors.Optimizer.LearningRate = learningRate;
        var norm = tensors.Optimizer.Step(arguments.MaxGradNorm > 0 ? arguments.MaxGradNorm : double.PositiveInfinity);
        tensors.Average.Update(step + 1);
        LossSum += mean * microBatches.Sum(b => b.Size);
        return new StepResult(() => mean, () => norm);
    }

    // Adds the gradients of a micro-batch, whose share of the step's loss is given, and tells its part of that loss.
    private double Accumulate(Batch batch, double share)
    {
        using var scope = NewDisposeScope();
        var inputs = BatchTensors.From(batch, tensors.Device);
        var part = (batch.Taught is null ? Loss(inputs, batch) : TaughtLoss(inputs, batch)) * share;
        part.backward();
        return part.item<float>();
    }

    private Tensor Loss(BatchTensors inputs, Batch batch)
    {
        var logits = tensors.Model.ForwardRightPadded(inputs.InputIds, inputs.Lengths, inputs.TokenTypeIds); // [batch, labels]
        return loss.Of(logits.to_type(float32), batch);
    }

    // Only decoders are taught: another family's tokens see what follows them.
    private Tensor TaughtLoss(BatchTensors inputs, Batch batch)
    {
        var logits = ((DecoderForSequenceClassification)tensors.Model).ForwardEveryToken(inputs.InputIds, inputs.Lengths).to_type(float32); // [batch, seq, labels]
        var last = logits.index([arange(batch.Size, int64, logits.device), inputs.Lengths - 1]); // [batch, labels]
        return loss.Of(last, batch) * (1 - arguments.TeacherWeight) + prefixLoss.Of(logits, batch) * arguments.TeacherWeight;
    }
}
