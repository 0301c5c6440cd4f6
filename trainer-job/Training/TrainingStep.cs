using Pipeline.Modeling.Decoders;
using Pipeline.Modeling.Native;
using Pipeline.Trainer.Data;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>
/// An optimizer step: forward and backward over the micro-batches, clipping, update, average. All its randomness follows from
/// the step's number and <see cref="Divisor"/>. Where memory does not suffice, the step is done again in smaller pieces.
/// </summary>
/// <param name="tensors">What is trained.</param>
/// <param name="loss">What is lowered.</param>
/// <param name="prefixLoss">What is lowered beside it where a teacher has answered.</param>
/// <param name="arguments">How.</param>
/// <param name="warn">Is told what the user should know, in a sentence.</param>
/// <param name="forward">Gives the logits, [batch, labels], where no teacher has answered. Default: the model.</param>
internal sealed class TrainingStep(
    TrainingTensors tensors,
    ClassificationLoss loss,
    PrefixLoss prefixLoss,
    TrainingArguments arguments,
    Action<string>? warn = null,
    Func<BatchTensors, Tensor>? forward = null) : IDisposable
{
    // Scalars of double precision on the device, so that no step waits for it.
    private readonly Tensor _lossSum = zeros([], float64, tensors.Device).DetachFromDisposeScope();
    private readonly Tensor _mean = zeros([], float64, tensors.Device).DetachFromDisposeScope();
    private readonly Func<BatchTensors, Tensor> _forward = forward ?? (b => tensors.Model.ForwardRightPadded(b.InputIds, b.Lengths, b.TokenTypeIds));

    /// <summary>Into how many pieces each micro-batch is cut; doubled whenever memory does not suffice. To go on from a checkpoint, set it to what it was.</summary>
    public int Divisor { get; set; } = 1;

    /// <summary>Sum of the losses of the examples since it was last set (nats); set it after an evaluation and to go on from a checkpoint. Reading waits for the device.</summary>
    public double LossSum
    {
        get => _lossSum.item<double>();
        set
        {
            using var scope = NewDisposeScope();
            _lossSum.fill_(value);
        }
    }

    /// <summary>Does a step.</summary>
    /// <param name="microBatches">The step's examples, as many at a time as fit in memory. Gradients are those of one batch of all of them.</param>
    /// <param name="step">Steps done before.</param>
    /// <param name="learningRate">Of this step.</param>
    /// <returns>To be read before the next step.</returns>
    public StepResult Run(IReadOnlyList<Batch> microBatches, int step, double learningRate)
    {
        using var scope = NewDisposeScope();
        while (!TryAccumulate([.. microBatches.SelectMany(b => b.Split(Divisor))], step))
            Divisor *= 2;
        tensors.Optimizer.LearningRate = learningRate;
        var norm = tensors.Optimizer.Update(arguments.MaxGradNorm > 0 ? arguments.MaxGradNorm : double.PositiveInfinity);
        tensors.Average.Update(step + 1);
        _lossSum.add_(_mean, Number.Of((long)microBatches.Sum(b => b.Size)));
        return new StepResult(_mean.item<double>, norm);
    }

    public void Dispose()
    {
        _lossSum.Dispose();
        _mean.Dispose();
    }

    // Gives the step's gradients and its mean loss; false, and no gradients, where memory does not suffice for the largest piece.
    private bool TryAccumulate(Batch[] pieces, int step)
    {
        manual_seed(StepSeed.Of(arguments.Seed, StepSeed.Stream.Dropout, step));
        tensors.Model.train();
        var weight = pieces.Sum(loss.WeightOf);
        _mean.zero_();
        try
        {
            foreach (var piece in pieces)
                Accumulate(piece, loss.WeightOf(piece) / weight);
            return true;
        }
        catch (Exception e) when (OutOfMemory.Is(e))
        {
            tensors.Optimizer.ZeroGradients();
            var largest = pieces.Max(p => p.Size);
            if (largest == 1)
                throw OutOfMemory.Final(pieces.Max(p => p.Sequence), e);
            warn?.Invoke($"Out of memory in step {step + 1} with {largest} examples at a time; from now on {(largest + 1) / 2} are computed at a time. Results stay those of the whole batch.");
            return false;
        }
    }

    // Adds the gradients of a piece, whose share of the step's loss is given, and its part of that loss.
    private void Accumulate(Batch piece, double share)
    {
        using var scope = NewDisposeScope();
        var inputs = BatchTensors.From(piece, tensors.Device);
        var part = (piece.Taught is null ? loss.Of(_forward(inputs).to_type(float32), piece) : TaughtLoss(inputs, piece)) * Number.Of(share);
        tensors.Optimizer.Scale(part).backward();
        _mean.add_(part.detach());
    }

    // Only decoders are taught: another family's tokens see what follows them.
    private Tensor TaughtLoss(BatchTensors inputs, Batch batch)
    {
        var logits = ((DecoderForSequenceClassification)tensors.Model).ForwardEveryToken(inputs.InputIds, inputs.Lengths).to_type(float32); // [batch, seq, labels]
        var last = logits.index([Number.Range(batch.Size, logits.device), inputs.Lengths - Number.Of(1L)]); // [batch, labels]
        return loss.Of(last, batch) * Number.Of(1 - arguments.TeacherWeight) + prefixLoss.Of(logits, batch) * Number.Of(arguments.TeacherWeight);
    }
}
