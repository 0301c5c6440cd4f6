using Pipeline.Modeling.Layers;
using Pipeline.Modeling.Pretrained;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Gpt2;

/// <summary>GPT-2 with a linear head on the last token of the text, as Hugging Face's class of the same name.</summary>
/// <remarks>
/// Positions are counted over the tokens of a text, so that a text gives the same logits alone and with padding on either side.
/// (<c>transformers</c> does that only where it is given <c>position_ids</c>; with padding on the right the two are the same.)
/// </remarks>
public sealed class GPT2ForSequenceClassification : SequenceClassifier
{
    // Named as in the checkpoint.
    internal readonly GPT2Model transformer;
    internal readonly Linear score;

    /// <summary>A new model with random weights, as Hugging Face initializes them.</summary>
    /// <param name="config">Sizes and labels; at least one label.</param>
    /// <param name="seed">Of the weights.</param>
    public GPT2ForSequenceClassification(GPT2Config config, long seed) : this(config)
    {
        using var generator = new Generator((ulong)seed);
        GPT2Initialization.InitializeAll(this, generator);
    }

    /// <summary>A model whose weights are not yet set.</summary>
    internal GPT2ForSequenceClassification(GPT2Config config) : base(nameof(GPT2ForSequenceClassification))
    {
        GPT2ConfigValidation.Check(config);
        if (config.Labels.Count == 0) throw new ArgumentException("The configuration names no labels; use GPT2Config.WithLabels.", nameof(config));
        Config = config;
        transformer = new GPT2Model(config);
        score = new Linear(config.NEmbd, config.Labels.Count, hasBias: false);
        RegisterComponents();
    }

    /// <summary>The configuration that the model was built from.</summary>
    public GPT2Config Config { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Labels => Config.Labels;

    /// <inheritdoc/>
    public override int MaxPositions => Config.NPositions;

    /// <summary>The logits of a batch with padding on either side.</summary>
    /// <param name="inputIds"><c>[batch, seq]</c> int64; what stands at padded places does not matter.</param>
    /// <param name="attentionMask"><c>[batch, seq]</c> int64 or bool: 1 for the tokens of the text, 0 for padding.</param>
    /// <returns><c>[batch, labels]</c>, in the dtype of the weights.</returns>
    public override Tensor forward(Tensor inputIds, Tensor attentionMask)
    {
        if (!inputIds.shape.SequenceEqual(attentionMask.shape)) throw new ArgumentException($"The mask is {Shape(attentionMask)}, the ids are {Shape(inputIds)}.", nameof(attentionMask));
        CheckLength(inputIds);
        using var scope = NewDisposeScope();
        return Classify(inputIds, PaddedBatch.FromMask(attentionMask)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor ForwardRightPadded(Tensor inputIds, Tensor lengths)
    {
        CheckLength(inputIds);
        using var scope = NewDisposeScope();
        return Classify(inputIds, PaddedBatch.FromLengths(lengths, inputIds.shape[1])).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override void SetComputeType(ScalarType? type)
    {
        foreach (var layer in modules().OfType<Conv1D>()) layer.ComputeType = type;
    }

    /// <summary>Loads a GPT-2 checkpoint folder of Hugging Face's layout.</summary>
    /// <param name="directory">With <c>config.json</c> and <c>model.safetensors</c>, or shards with their index.</param>
    /// <param name="options">What to change on the way; default: nothing.</param>
    /// <exception cref="InvalidDataException">A file is missing, broken, or not a GPT-2 checkpoint.</exception>
    public static GPT2ForSequenceClassification FromPretrained(string directory, PretrainedOptions? options = null) =>
        GPT2Loader.Load(directory, options ?? new PretrainedOptions());

    /// <inheritdoc/>
    public override void SavePretrained(string directory)
    {
        Directory.CreateDirectory(directory);
        Config.Save(Path.Combine(directory, "config.json"));
        Checkpoint.Save(Path.Combine(directory, Checkpoint.SingleFile), this);
    }

    private Tensor Classify(Tensor inputIds, PaddedBatch batch) => score.forward(transformer.ForwardLastToken(inputIds, batch));

    private void CheckLength(Tensor inputIds)
    {
        if (inputIds.dim() != 2 || inputIds.shape[1] == 0) throw new ArgumentException($"The ids are {Shape(inputIds)}; they must be [batch, seq] with at least one token.", nameof(inputIds));
        if (inputIds.shape[1] > MaxPositions) throw new ArgumentException($"The input has {inputIds.shape[1]} tokens; the model reads {MaxPositions} (n_positions).", nameof(inputIds));
    }

    private static string Shape(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";
}
