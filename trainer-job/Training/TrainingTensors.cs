using Pipeline.Modeling;
using Pipeline.Modeling.Optimization;
using Pipeline.Modeling.Safetensors;
using TorchSharp.Modules;
using static TorchSharp.torch;
using AdamW = Pipeline.Modeling.Optimization.AdamW;

namespace Pipeline.Trainer.Training;

/// <summary>
/// The tensors of a training: the weights that are trained, their average, the optimizer's moments, and the best epoch's
/// weights. Frozen weights are the base model's and are in no checkpoint.
/// </summary>
internal sealed class TrainingTensors : IDisposable
{
    private const string ModelPrefix = "model.";
    private const string AveragePrefix = "average.";
    private const string BestPrefix = "best.";
    private const string OptimizerPrefix = "optimizer.";

    private readonly List<(string Name, Parameter Weight)> _trained;
    private readonly Dictionary<string, Tensor> _best = [];

    /// <param name="model">Belongs to this from now on.</param>
    /// <param name="arguments">How it is trained.</param>
    public TrainingTensors(SequenceClassifier model, TrainingArguments arguments)
    {
        Model = model;
        Device = model.parameters().First().device;
        _trained = [.. model.named_parameters().Where(p => p.parameter.requires_grad).Select(p => (p.name, p.parameter))];
        Average = new WeightAverage(_trained, arguments.EmaDecay);
        var options = new AdamWOptions
        {
            Beta1 = arguments.AdamBeta1,
            Beta2 = arguments.AdamBeta2,
            Epsilon = arguments.AdamEpsilon,
            WeightDecay = arguments.WeightDecay,
        };
        Optimizer = Device.type == TorchSharp.DeviceType.CPU ? new AdamW(_trained, options) : new FlatAdamW(_trained, options);
    }

    public SequenceClassifier Model { get; }

    public WeightAverage Average { get; }

    public IOptimizer Optimizer { get; }

    public Device Device { get; }

    /// <summary>Computes products in one of the ways there are; fp16 with scaled losses.</summary>
    public void ComputeAs(ComputePath path)
    {
        Model.ComputeAs(path);
        if (Optimizer is FlatAdamW flat)
            flat.ScalesLoss = path == ComputePath.Float16;
    }

    /// <summary>Keeps a copy of the model's trained weights as they stand.</summary>
    public void KeepAsBest()
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, weight) in _trained)
        {
            // What copy_ returns is the tensor itself and must not be disposed of.
            if (_best.TryGetValue(name, out var kept))
                kept.copy_(weight);
            else
                _best[name] = weight.detach().clone().DetachFromDisposeScope();
        }
    }

    /// <summary>Puts the copy back into the model.</summary>
    public void RestoreBest()
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, weight) in _trained)
            weight.copy_(_best[name]);
    }

    /// <summary>Whether the host's memory has room for a <see cref="Snapshot"/>: half of what is free, as the process sees it.</summary>
    public bool FitsTwice
    {
        get
        {
            var bytes = All().Values.Sum(t => t.numel() * t.element_size());
            return bytes < (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet) / 2;
        }
    }

    /// <summary>A copy of everything in the host's memory, for a checkpoint that is written while training goes on.</summary>
    public TensorSnapshot Snapshot()
    {
        using var scope = NewDisposeScope();
        return new TensorSnapshot(All());
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
        Optimizer.LoadState(new PrefixedSource(source, OptimizerPrefix));
    }

    public void Dispose()
    {
        foreach (var tensor in _best.Values)
            tensor.Dispose();
        Average.Dispose();
        Optimizer.Dispose();
        Model.Dispose();
    }

    private Dictionary<string, Tensor> All()
    {
        var all = _trained.ToDictionary(t => ModelPrefix + t.Name, t => (Tensor)t.Weight);
        Add(AveragePrefix, Average.Tensors);
        Add(BestPrefix, _best);
        Add(OptimizerPrefix, Optimizer.State());
        return all;

        void Add(string prefix, IReadOnlyDictionary<string, Tensor> tensors)
        {
            foreach (var (name, tensor) in tensors)
                all[prefix + name] = tensor;
        }
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
