using Pipeline.Core;
using Pipeline.Trainer.Data;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Trainer.Training;

/// <summary>
/// What training lowers: the cross-entropy of the one right label, or the mean binary cross-entropy over all labels, each of
/// which a text may have or not; for numbers <see cref="RegressionLoss"/> (Hugging Face's losses for the values of <c>problem_type</c>).
/// <para>
/// With a smoothing factor ε a target of one label is (1 − ε) and ε / labels more for each label (Szegedy et al. 2016, § 7); a
/// target of yes or no is y (1 − ε) + ε / 2. With class weights an example counts as its label's weight says, and the mean is over
/// weights; with several labels the weight is that of a yes (Torch's <c>weight</c> and <c>pos_weight</c>).
/// </para>
/// </summary>
/// <param name="problem">Which of them.</param>
/// <param name="labels">Label names by id.</param>
/// <param name="arguments">Smoothing and class weights.</param>
/// <param name="scale">Standardises the targets of a regression. Default: leaves them as they are.</param>
internal sealed class ClassificationLoss(ProblemType problem, IReadOnlyList<string> labels, TrainingArguments arguments, TargetScale? scale = null)
{
    private readonly float[]? _weights = arguments.ClassWeights is { } weights ? [.. labels.Select(label => (float)weights[label])] : null;

    private bool IsMultiLabel => problem == ProblemType.MultiLabelClassification;

    /// <summary>What a batch counts for beside other batches of the same step: what its mean is taken over.</summary>
    public double WeightOf(Batch batch) => _weights is null || problem != ProblemType.SingleLabelClassification ? batch.Size : batch.Labels.Sum(ids => (double)_weights[ids[0]]);

    /// <summary>The loss of a batch.</summary>
    /// <param name="logits">[batch, labels] fp32.</param>
    /// <param name="batch">The examples with their labels.</param>
    /// <returns>The mean over the batch (nats, or for numbers squared errors), a scalar.</returns>
    public Tensor Of(Tensor logits, Batch batch)
    {
        if (problem == ProblemType.Regression)
            return RegressionLoss.Of(logits, batch.Targets!, scale ?? TargetScale.None);
        using var scope = NewDisposeScope();
        var weight = _weights is null ? null : BatchTensors.Copy(tensor(_weights), logits.device); // [labels]
        var mean = IsMultiLabel
            ? F.binary_cross_entropy_with_logits(logits, Targets(batch.Labels, logits.device), pos_weights: weight)
            : F.cross_entropy(
                logits, BatchTensors.Copy(tensor([.. batch.Labels.Select(ids => (long)ids[0])]), logits.device), weight, label_smoothing: arguments.LabelSmoothingFactor);
        return mean.MoveToOuterDisposeScope();
    }

    // [batch, labels] fp32: near 1 where an example has a label, else near 0.
    private Tensor Targets(int[][] examples, Device device)
    {
        var no = (float)(arguments.LabelSmoothingFactor / 2);
        var targets = new float[examples.Length * labels.Count];
        targets.AsSpan().Fill(no);
        for (var row = 0; row < examples.Length; row++)
        {
            foreach (var label in examples[row])
                targets[row * labels.Count + label] = 1 - no;
        }

        return BatchTensors.Copy(tensor(targets, [examples.Length, labels.Count]), device);
    }
}
