using Pipeline.Modeling;
using Pipeline.Modeling.Optimization;
using Pipeline.Modeling.Safetensors;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>The tensors of a training: weights, their average, the optimizer's moments, and the best epoch's weights.</summary>
internal sealed class TrainingTensors(SequenceClassifier model, SequenceClassifier averaged, AdamW optimizer) : IDisposable
{
    private const string ModelPrefix = "model.";
    private const string AveragePrefix = "average.";
    private const string BestPrefix = "best.";
    private const string OptimizerPrefix = "optimizer.";

    private readonly Dictionary<string, Tensor> _best = [];

    public SequenceClassifier Model => model;

    public SequenceClassifier Averaged => averaged;

    public AdamW Optimizer => optimizer;

    public Device Device { get; } = model.parameters().First().device;

    /// <summary>Keeps a copy of the averaged weights.</summary>
    public void KeepAsBest()
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, parameter) in averaged.named_parameters())
        {
            // What copy_ returns is the tensor itself and must not be disposed of.
            if (_best.TryGetValue(name, out var kept))
                kept.copy_(parameter);
            else
                _best[name] = parameter.detach().clone().DetachFromDisposeScope();
        }
    }

    /// <summary>Puts the copy back into the averaged model.</summary>
    public void RestoreBest()
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, parameter) in averaged.named_parameters())
            parameter.copy_(_best[name]);
    }

    /// <summary>Writes everything into one file.</summary>
    public void Save(string path)
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(path, All());
    }

    /// <summary>Goes on from such a file.</summary>
    /// <exception cref="InvalidDataException">It is damaged or belongs to another model.</exception>
    public void Load(string path)
    {
        using var grad = no_grad();
        using var source = SafetensorsReader.Open(path);
        if (source.Tensors.Keys.Any(name => name.StartsWith(BestPrefix, StringComparison.Ordinal)))
            KeepAsBest(); // makes the tensors that are then filled
        foreach (var (name, tensor) in All().Where(t => !t.Key.StartsWith(OptimizerPrefix, StringComparison.Ordinal)))
            source.CopyTo(name, tensor);
        optimizer.LoadState(new PrefixedSource(source, OptimizerPrefix));
    }

    public void Dispose()
    {
        foreach (var tensor in _best.Values)
            tensor.Dispose();
        optimizer.Dispose();
        model.Dispose();
        averaged.Dispose();
    }

    private Dictionary<string, Tensor> All()
    {
        var all = new Dictionary<string, Tensor>();
        foreach (var (name, parameter) in model.named_parameters())
            all[ModelPrefix + name] = parameter;
        foreach (var (name, parameter) in averaged.named_parameters())
            all[AveragePrefix + name] = parameter;
        foreach (var (name, tensor) in _best)
            all[BestPrefix + name] = tensor;
        foreach (var (name, tensor) in optimizer.State())
            all[OptimizerPrefix + name] = tensor;
        return all;
    }

    private sealed class PrefixedSource(ITensorSource source, string prefix) : ITensorSource
    {
        public IReadOnlyDictionary<string, SafetensorsEntry> Tensors =>
            source.Tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[prefix.Length..], t => t.Value);

        public Tensor Read(string name) => source.Read(prefix + name);

        public void CopyTo(string name, Tensor destination) => source.CopyTo(prefix + name, destination);

        public void Dispose() => source.Dispose();
    }
}
