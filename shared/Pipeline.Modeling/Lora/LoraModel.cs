using Pipeline.Modeling.Layers;
using Pipeline.Modeling.Safetensors;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Lora;

/// <summary>
/// A classifier with LoRA adapters (Hu et al. 2021): its weights are frozen, and only small matrices beside the chosen
/// projections, and the classification head, are trained. Saved and loaded in the format of Hugging Face's PEFT.
/// </summary>
public sealed class LoraModel
{
    /// <summary>The adapter's configuration, in its folder.</summary>
    public const string ConfigFile = "adapter_config.json";

    /// <summary>The adapter's weights, in its folder.</summary>
    public const string WeightsFile = "adapter_model.safetensors";

    // PEFT's names are those of the model inside its two wrappers.
    private const string Prefix = "base_model.model.";

    private readonly Dictionary<string, Projection> _adapted;

    private LoraModel(SequenceClassifier model, LoraConfig config, Dictionary<string, Projection> adapted) => (Model, Config, _adapted) = (model, config, adapted);

    /// <summary>The classifier. It computes with the adapters until they are merged.</summary>
    public SequenceClassifier Model { get; }

    /// <summary>The configuration, with what was left open filled in.</summary>
    public LoraConfig Config { get; }

    /// <summary>Freezes a classifier and adds new adapters, which change nothing until they are trained.</summary>
    /// <param name="model">On the CPU; move it afterwards.</param>
    /// <param name="config">What to add; null fields are chosen for the family.</param>
    /// <param name="seed">Of the new matrices.</param>
    /// <exception cref="ArgumentException">A name of <see cref="LoraConfig.TargetModules"/> means no projection, or a value is out of range.</exception>
    public static LoraModel Attach(SequenceClassifier model, LoraConfig config, long seed)
    {
        var attached = AttachEmpty(model, config);
        using var generator = new Generator((ulong)seed);
        foreach (var projection in attached._adapted.Values) projection.Adapter!.Initialize(generator);
        return attached;
    }

    /// <summary>Adds the adapters of a folder that <see cref="Save"/> or PEFT wrote, and takes over its classification head.</summary>
    /// <param name="model">The base model, with a head of the same labels.</param>
    /// <param name="directory">With <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</param>
    /// <exception cref="InvalidDataException">A file is missing or broken, or the adapter belongs to another model.</exception>
    public static LoraModel Load(SequenceClassifier model, string directory)
    {
        var config = LoraConfig.Load(Path.Combine(directory, ConfigFile));
        using var source = SafetensorsReader.Open(Path.Combine(directory, WeightsFile));
        LoraModel attached;
        try
        {
            attached = AttachEmpty(model, config);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{directory}: the adapter does not fit the model: {e.Message}", e);
        }

        var wanted = attached.State();
        if (source.Tensors.Keys.FirstOrDefault(name => !wanted.ContainsKey(name)) is { } stray) throw new InvalidDataException($"{directory}: the adapter's tensor '{stray}' has no place in the model.");
        foreach (var (name, tensor) in wanted) source.CopyTo(name, tensor);
        return attached;
    }

    /// <summary>
    /// Holds the frozen matrices in another type, and multiplies in it; adapters, norms, biases, embeddings and the head stay in
    /// fp32, and so do the gradients. bf16 takes half the memory.
    /// </summary>
    public void HoldFrozenWeightsAs(ScalarType type)
    {
        foreach (var projection in Model.modules().OfType<Projection>().Where(p => !p.weight.requires_grad))
        {
            projection.HoldWeightAs(type);
            projection.ComputeType = type == float32 ? null : type;
        }
    }

    /// <summary>Writes <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>, which PEFT loads onto the base model.</summary>
    /// <param name="directory">Made where it does not exist.</param>
    public void Save(string directory)
    {
        Directory.CreateDirectory(directory);
        Config.Save(Path.Combine(directory, ConfigFile));
        SafetensorsWriter.Write(Path.Combine(directory, WeightsFile), State());
    }

    /// <summary>
    /// Adds what the adapters do to the weights and takes the adapters away: the logits stay the same up to rounding.
    /// The weights are fp32 afterwards.
    /// </summary>
    public void Merge()
    {
        using var grad = no_grad();
        HoldFrozenWeightsAs(float32);
        foreach (var projection in _adapted.Values)
        {
            using var scope = NewDisposeScope();
            using var adapter = projection.Detach();
            var delta = adapter.Delta(); // [out, in]
            projection.weight.add_(projection.IsTransposed ? delta.t() : delta);
        }

        _adapted.Clear();
    }

    private static LoraModel AttachEmpty(SequenceClassifier model, LoraConfig config)
    {
        config = config with { TargetModules = config.TargetModules ?? LoraTargets.Default(model.Config.ModelType), ModulesToSave = config.ModulesToSave ?? Heads(model) };
        try
        {
            LoraConfigValidation.Check(config);
        }
        catch (InvalidDataException e)
        {
            throw new ArgumentException(e.Message, nameof(config), e);
        }

        var adapted = Targets(model, config);
        foreach (var (name, parameter) in model.named_parameters()) parameter.requires_grad = LoraTargets.IsWithin(config.ModulesToSave, name);
        config = config with { FanInFanOut = adapted.Values.First().IsTransposed };
        foreach (var projection in adapted.Values) projection.Attach(new LoraAdapter(projection.InputWidth, projection.OutputWidth, config));
        return new LoraModel(model, config, adapted);
    }

    private static List<string> Heads(SequenceClassifier model) =>
        [.. model.named_children().Select(m => m.name).Where(LoraTargets.HeadNames.Contains)];

    private static Dictionary<string, Projection> Targets(SequenceClassifier model, LoraConfig config)
    {
        var projections = model.named_modules().Where(m => m.module is Projection && !LoraTargets.IsWithin(config.ModulesToSave!, m.name)).ToList();
        var targets = projections.Where(p => config.TargetModules!.Any(t => LoraTargets.Means(t, p.name))).ToDictionary(p => p.name, p => (Projection)p.module);
        var missing = config.TargetModules!.Where(t => !projections.Exists(p => LoraTargets.Means(t, p.name))).ToList();
        if (missing.Count == 0 && targets.Count > 0) return targets;
        var names = projections.Select(p => p.name[(p.name.LastIndexOf('.') + 1)..]).Distinct();
        throw new ArgumentException($"target_modules: the model has no projection '{string.Join("', '", missing)}'; it has {string.Join(", ", names)}.", nameof(config));
    }

    private Dictionary<string, Tensor> State() => Model.named_parameters()
        .Where(p => p.name.Contains(".lora_", StringComparison.Ordinal) || LoraTargets.IsWithin(Config.ModulesToSave!, p.name))
        .ToDictionary(p => Prefix + p.name, p => (Tensor)p.parameter);
}
