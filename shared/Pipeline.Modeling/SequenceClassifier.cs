using Pipeline.Modeling.Layers;
using Pipeline.Modeling.Pretrained;
using static TorchSharp.torch;

namespace Pipeline.Modeling;

/// <summary>A transformer that gives each text of a batch a score for each label.</summary>
/// <remarks>
/// Positions are counted over the tokens of a text, so that a text gives the same logits alone and with padding on either side.
/// (<c>transformers</c> does that only where it is given <c>position_ids</c>; with padding on the right the two are the same.)
/// </remarks>
public abstract class SequenceClassifier : nn.Module<Tensor, Tensor, Tensor?, Tensor>
{
    private protected SequenceClassifier(string name, PretrainedConfig config) : base(name)
    {
        config.Check();
        if (config.Labels.Count == 0) throw new ArgumentException("The configuration names no labels; use WithLabels.", nameof(config));
        Config = config;
    }

    /// <summary>The configuration that the model was built from.</summary>
    public PretrainedConfig Config { get; }

    /// <summary>Label names in the order of the logits.</summary>
    public IReadOnlyList<string> Labels => Config.Labels;

    /// <summary>Longest input in tokens.</summary>
    public int MaxPositions => Config.MaxPositions;

    /// <summary>The logits of a batch with padding on either side.</summary>
    /// <param name="inputIds"><c>[batch, seq]</c> int64; what stands at padded places does not matter.</param>
    /// <param name="attentionMask"><c>[batch, seq]</c> int64 or bool: 1 for the tokens of the text, 0 for padding.</param>
    /// <param name="tokenTypeIds"><c>[batch, seq]</c> int64: which text of a pair a token belongs to. Default: all 0. Families without token types ignore it.</param>
    /// <returns><c>[batch, labels]</c>, in the dtype of the weights.</returns>
    public sealed override Tensor forward(Tensor inputIds, Tensor attentionMask, Tensor? tokenTypeIds = null)
    {
        Require(inputIds.shape.SequenceEqual(attentionMask.shape), $"The mask is {Shape(attentionMask)}, the ids are {Shape(inputIds)}.", nameof(attentionMask));
        CheckShapes(inputIds, tokenTypeIds);
        using var scope = NewDisposeScope();
        return Classify(inputIds, PaddedBatch.FromMask(attentionMask), tokenTypeIds).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The logits of a batch that is padded on the right, without a mask and without waiting for the device; the way to train.
    /// </summary>
    /// <param name="inputIds"><c>[batch, seq]</c> int64.</param>
    /// <param name="lengths"><c>[batch]</c> int64: tokens of each text, from 1 to seq.</param>
    /// <param name="tokenTypeIds"><c>[batch, seq]</c> int64: which text of a pair a token belongs to. Default: all 0. Families without token types ignore it.</param>
    /// <returns><c>[batch, labels]</c>, in the dtype of the weights.</returns>
    public Tensor ForwardRightPadded(Tensor inputIds, Tensor lengths, Tensor? tokenTypeIds = null)
    {
        CheckShapes(inputIds, tokenTypeIds);
        using var scope = NewDisposeScope();
        return Classify(inputIds, PaddedBatch.FromLengths(lengths, inputIds.shape[1]), tokenTypeIds).MoveToOuterDisposeScope();
    }

    /// <summary>The type that matrices are multiplied in, in every block but the lowest. See <see cref="SetComputeType"/>.</summary>
    public ScalarType ComputeType
    {
        get
        {
            var projection = ((ITransformerBlock)Blocks[^1]).QueryKeyValue[0];
            return projection.ComputeType ?? projection.weight.dtype;
        }
    }

    /// <summary>
    /// Computes matrix products and attention in another type, as autocast does; weights, norms and residuals stay in fp32,
    /// and so do the gradients. The lowest block and the head keep fp32: what is rounded in the one goes through all others,
    /// and the other decides. bf16 about halves the time of a block where <see cref="TorchRuntime.HasFastBFloat16"/>,
    /// and moves the logits of the reference checkpoints, which are up to 3.5, by less than 0.02.
    /// </summary>
    /// <param name="type">Null: the type of the weights, which is the default. Weights of half precision always compute in their own.</param>
    public void SetComputeType(ScalarType? type)
    {
        var lowest = Blocks[0].modules().ToHashSet<nn.Module>(ReferenceEqualityComparer.Instance);
        foreach (var (name, module) in named_modules())
        {
            if (module is Projection projection && !lowest.Contains(module) && !KeepsPrecision(name) && projection.weight.dtype == ScalarType.Float32) projection.ComputeType = type;
        }
    }

    /// <summary>Computes products in one of the ways there are. On the CPU fp32 is a setting of the whole process.</summary>
    public void ComputeAs(ComputePath path)
    {
        TorchRuntime.OneDnnFloat32 = path != ComputePath.Float32;
        SetComputeType(path switch
        {
            ComputePath.BFloat16 => ScalarType.BFloat16,
            ComputePath.Float16 => ScalarType.Float16,
            _ => null,
        });
    }

    /// <summary>
    /// Whether a backward pass computes the activations of the blocks again instead of keeping them (gradient checkpointing): of
    /// each block but the last only the input is kept. The gradients are the same, on a CPU bit for bit. Default false.
    /// </summary>
    public abstract bool GradientCheckpointing { get; set; }

    /// <summary>
    /// Freezes the embeddings and the lowest blocks: their parameters get no gradient, and an optimizer that is made afterwards
    /// keeps no state for them.
    /// </summary>
    /// <param name="blocks">From 0, the embeddings only, to <see cref="PretrainedConfig.LayerCount"/>.</param>
    public void FreezeLayers(int blocks)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blocks);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blocks, Config.LayerCount);
        foreach (var parameter in EmbeddingModules.Concat(Blocks.Take(blocks)).SelectMany(module => module.parameters())) parameter.requires_grad = false;
    }

    /// <summary>
    /// Multiplies the logits by a factor for good: it goes into the weights and biases of the last layer, so that every copy of the
    /// model that is saved or exported afterwards has it.
    /// </summary>
    /// <param name="factor">Above 0.</param>
    public void ScaleLogits(double factor)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        // What mul_ returns is the tensor itself and must not be disposed of.
        Output.weight.mul_(factor);
        Output.bias?.mul_(factor);
    }

    /// <summary>
    /// Changes the weights so that the one logit becomes <paramref name="scale"/> × logit + <paramref name="offset"/>, exactly but for rounding.
    /// A regression that was trained on standardised targets then answers in their own units, here and in <c>transformers</c>.
    /// </summary>
    /// <remarks>
    /// Heads with a bias take both in. The head of GPT-2 and GPT-Neo has none: there the offset goes into the bias of the last norm, along
    /// the head's weights w, as offset · w / |w|², which the product with w turns into the offset.
    /// </remarks>
    /// <param name="scale">Not zero.</param>
    /// <param name="offset">Added after scaling.</param>
    /// <exception cref="InvalidOperationException">The model has several logits, or a head without bias that is zero everywhere.</exception>
    public void RescaleLogit(double scale, double offset)
    {
        if (Labels.Count != 1) throw new InvalidOperationException($"The model has {Labels.Count} logits; only one can be rescaled.");
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        Rescale(scale, offset);
    }

    /// <summary>
    /// Writes <c>config.json</c> and <c>model.safetensors</c>, or shards of it with their index, which load in Hugging Face's <c>transformers</c>.
    /// </summary>
    /// <param name="directory">Made where it does not exist. Weights of an earlier save are replaced, other files left alone.</param>
    /// <param name="maxShardSize">Bytes of weights in a file; a single tensor may be larger. Default 5 GB.</param>
    public void SavePretrained(string directory, long maxShardSize = 5_000_000_000)
    {
        using var scope = NewDisposeScope();
        var tensors = state_dict();
        Directory.CreateDirectory(directory);
        Config.Save(Path.Combine(directory, "config.json"), tensors.Values.Select(t => t.dtype));
        Checkpoint.Save(directory, tensors, maxShardSize);
    }

    /// <summary>How the tensors of this model are called in a checkpoint.</summary>
    internal CheckpointNames Names => ModelFamily.Named(Config.ModelType).Names;

    /// <summary>What turns ids into hidden states.</summary>
    internal abstract IReadOnlyList<nn.Module> EmbeddingModules { get; }

    /// <summary>The transformer's blocks, the lowest first.</summary>
    internal abstract IReadOnlyList<nn.Module> Blocks { get; }

    /// <summary>The layer that gives the logits.</summary>
    internal abstract Projection Output { get; }

    /// <summary>Whether <see cref="SetComputeType"/> leaves a projection alone. The head is small, and its logits decide.</summary>
    internal virtual bool KeepsPrecision(string name) => Names.IsHead(name);

    /// <summary>Standard deviation of a new matrix.</summary>
    internal virtual double Deviation(string name) => Config.InitializerRange;

    /// <summary>A row of a new embedding that is zero, because its token says nothing; null where there is none.</summary>
    internal virtual long? ZeroRow(string name) => null;

    /// <summary>Gives a parameter the values that Hugging Face's <c>_init_weights</c> does: matrices normal, biases zero, the weights of norms one.</summary>
    internal virtual void Initialize(string name, Tensor parameter, Generator generator)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        if (parameter.dim() > 1) parameter.normal_(0, Deviation(name), generator);
        else parameter.fill_(name.EndsWith(".weight", StringComparison.Ordinal) ? 1 : 0);
        if (ZeroRow(name) is { } row) parameter.narrow(0, row, 1).zero_();
    }

    /// <summary>Does what <see cref="RescaleLogit"/> says; without gradients and inside a scope.</summary>
    private protected abstract void Rescale(double scale, double offset);

    internal abstract Tensor Classify(Tensor inputIds, PaddedBatch batch, Tensor? tokenTypeIds);

    /// <summary>Random values for every parameter, in their order.</summary>
    internal void InitializeAll(long seed)
    {
        using var generator = new Generator((ulong)seed);
        foreach (var (name, parameter) in named_parameters()) Initialize(name, parameter, generator);
    }

    private protected void CheckShapes(Tensor inputIds, Tensor? tokenTypeIds)
    {
        Require(inputIds.dim() == 2 && inputIds.shape[1] > 0, $"The ids are {Shape(inputIds)}; they must be [batch, seq] with at least one token.", nameof(inputIds));
        Require(inputIds.shape[1] <= MaxPositions, $"The input has {inputIds.shape[1]} tokens; the model reads {MaxPositions}.", nameof(inputIds));
        Require(tokenTypeIds is null || tokenTypeIds.shape.SequenceEqual(inputIds.shape), $"The token types are {(tokenTypeIds is null ? "" : Shape(tokenTypeIds))}, the ids are {Shape(inputIds)}.", nameof(tokenTypeIds));
    }

    private static void Require(bool holds, string message, string parameter)
    {
        if (!holds) throw new ArgumentException(message, parameter);
    }

    private static string Shape(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";
}
