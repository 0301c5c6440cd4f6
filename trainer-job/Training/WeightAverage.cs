using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>
/// Keeps the exponential moving average of the weights that are trained, and puts it into the model for as long as it is
/// measured. Without a decay the average is the weights themselves, and costs nothing.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly IReadOnlyList<(string Name, Parameter Weight)> _trained;
    private readonly double _decay;
    private readonly Dictionary<string, Tensor> _average;

    /// <param name="trained">The weights; their average begins where they are.</param>
    /// <param name="decay">0 to 1.</param>
    public WeightAverage(IReadOnlyList<(string Name, Parameter Weight)> trained, double decay)
    {
        (_trained, _decay) = (trained, decay);
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        _average = decay == 0 ? [] : trained.ToDictionary(t => t.Name, t => t.Weight.detach().clone().DetachFromDisposeScope());
    }

    /// <summary>The average of each weight; empty without a decay.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _average;

    /// <summary>Takes in the weights after a step.</summary>
    /// <param name="step">Steps done. In the beginning the decay is lower, so that the random start is soon forgotten.</param>
    public void Update(int step)
    {
        if (_decay == 0)
            return;
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var weight = 1 - Math.Min(_decay, (1.0 + step) / (10 + step));
        foreach (var (name, trained) in _trained)
            _average[name].lerp_(trained.detach(), weight);
    }

    /// <summary>Puts the average into the model until the result is disposed of, which brings the weights back bit for bit.</summary>
    public IDisposable Use() => new Swap(_trained.Where(t => _average.ContainsKey(t.Name)).Select(t => ((Tensor)t.Weight, _average[t.Name])));

    public void Dispose()
    {
        foreach (var tensor in _average.Values)
            tensor.Dispose();
    }

    private sealed class Swap : IDisposable
    {
        private readonly List<(Tensor Weight, Tensor Kept)> _kept = [];

        public Swap(IEnumerable<(Tensor Weight, Tensor Average)> pairs)
        {
            using var grad = no_grad();
            using var scope = NewDisposeScope();
            foreach (var (weight, average) in pairs)
            {
                _kept.Add((weight, weight.detach().clone().DetachFromDisposeScope()));
                weight.copy_(average);
            }
        }

        public void Dispose()
        {
            using var grad = no_grad();
            foreach (var (weight, kept) in _kept)
            {
                weight.copy_(kept);
                kept.Dispose();
            }
        }
    }
}
