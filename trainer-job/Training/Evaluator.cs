using Pipeline.Core;
using Pipeline.Core.Metrics;
using Pipeline.Modeling;
using Pipeline.Trainer.Data;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>Scores a model on the examples of a split.</summary>
internal sealed class Evaluator
{
    private const int MaxTokens = 8_192;

    private readonly TrainingData _data;
    private readonly InputBuilder _inputs;
    private readonly IReadOnlyList<Example> _split;
    private readonly int[][] _batches;

    /// <param name="data">What the split is of.</param>
    /// <param name="split">The examples.</param>
    /// <param name="inputs">Makes inputs of them.</param>
    /// <param name="batchSize">Examples of a batch, at most; null: as many as the token budget allows. It changes nothing but the memory.</param>
    public Evaluator(TrainingData data, IReadOnlyList<Example> split, InputBuilder inputs, int? batchSize = null)
    {
        (_data, _split, _inputs) = (data, split, inputs);
        _batches = [.. BatchPlan.ForEvaluation([.. split.Select(inputs.LengthOf)], batchSize ?? int.MaxValue, MaxTokens)];
    }

    /// <summary>Whether an example has one label, any number of them, or a number to be predicted.</summary>
    public ProblemType Problem => _data.Problem;

    /// <summary>What the logits of a regression are scaled back by; default: the model answers in the target's own units.</summary>
    public TargetScale Scale { get; init; } = TargetScale.None;

    /// <summary>What the difference of two answers is to be measured by: 1, or for numbers how far they spread, and a hundredth of how large they are.</summary>
    public double Unit => _data.Problem == ProblemType.Regression && _data.Scale is var (mean, deviation) ? deviation + Math.Abs(mean) / 100 : 1;

    /// <summary>Scores a model as it stands.</summary>
    public ModelMetrics Evaluate(SequenceClassifier model, CancellationToken stop) =>
        Problem == ProblemType.Regression ? PredictNumbers(model, stop).ToMetrics() : Predict(model, stop).ToMetrics();

    /// <summary>What a classifier says of each example, in the order of the split.</summary>
    public Predictions Predict(SequenceClassifier model, CancellationToken stop)
    {
        var predictions = new Predictions(_data.Labels, _data.Problem, _split.Count);
        foreach (var (rows, (batch, logits)) in _batches.Zip(Logits(model, stop)))
        {
            for (var i = 0; i < batch.Size; i++)
                predictions.Set(rows[i], batch.Labels[i], logits.AsSpan(i * _data.Labels.Count, _data.Labels.Count));
        }

        return predictions;
    }

    /// <summary>What a model that gives numbers says of each example, in the order of the split, in the target's own units.</summary>
    public RegressionScore PredictNumbers(SequenceClassifier model, CancellationToken stop)
    {
        var answers = new double[_split.Count];
        foreach (var (rows, (batch, logits)) in _batches.Zip(Logits(model, stop)))
        {
            for (var i = 0; i < batch.Size; i++)
                answers[rows[i]] = Scale.Restore(logits[i]);
        }

        var score = new RegressionScore();
        foreach (var (example, answer) in _split.Zip(answers))
            score.Add(example.Target, answer);
        return score;
    }

    /// <summary>Runs a model over the split: batches with their logits, <c>[batch × labels]</c> row by row.</summary>
    public IEnumerable<(Batch Batch, float[] Logits)> Logits(SequenceClassifier model, CancellationToken stop)
    {
        var device = model.parameters().First().device;
        model.eval();
        foreach (var batch in Batches(stop))
            yield return (batch, Run(model, batch, device));
    }

    /// <summary>The split's batches, the same ones in the same order each time.</summary>
    public IEnumerable<Batch> Batches(CancellationToken stop)
    {
        foreach (var rows in _batches)
        {
            stop.ThrowIfCancellationRequested();
            var examples = rows.Select(row => _split[row]).ToArray();
            yield return Batch.Of([.. examples.Select(_inputs.Build)], [.. examples.Select(e => e.Labels)], _data.PadTokenId, _data.TargetsOf(examples));
        }
    }

    private static float[] Run(SequenceClassifier model, Batch batch, Device device)
    {
        using var inference = no_grad();
        using var scope = NewDisposeScope();
        var tensors = BatchTensors.From(batch, device);
        var logits = model.ForwardRightPadded(tensors.InputIds, tensors.Lengths, tensors.TokenTypeIds).to_type(float32).cpu(); // [batch, labels]
        return logits.data<float>().ToArray();
    }
}
