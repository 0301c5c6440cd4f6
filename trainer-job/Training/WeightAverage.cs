using Pipeline.Modeling;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>Keeps a second model at the exponential moving average of the first one's weights.</summary>
/// <param name="model">The model that is trained.</param>
/// <param name="average">Another of the same make; with a decay of 0 it is a plain copy.</param>
/// <param name="decay">0 to 1.</param>
internal sealed class WeightAverage(SequenceClassifier model, SequenceClassifier average, double decay)
{
    private readonly (Tensor From, Tensor To)[] _pairs =
        [.. model.parameters().Zip(average.parameters(), (from, to) => ((Tensor)from, (Tensor)to))];

    /// <summary>Takes in the weights after a step.</summary>
    /// <param name="step">Steps done. In the beginning the decay is lower, so that the random start is soon forgotten.</param>
    public void Update(int step)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var weight = 1 - Math.Min(decay, (1.0 + step) / (10 + step));
        foreach (var (from, to) in _pairs)
        {
            if (decay == 0)
                to.copy_(from);
            else
                to.lerp_(from.detach(), weight);
        }
    }
}
