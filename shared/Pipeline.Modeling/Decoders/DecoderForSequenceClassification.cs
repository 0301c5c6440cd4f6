using Pipeline.Modeling.Layers;
using Pipeline.Modeling.Pretrained;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Decoders;

/// <summary>A decoder with a linear head on the last token of the text.</summary>
public abstract class DecoderForSequenceClassification : SequenceClassifier
{
    // Named as in the checkpoint. Registered by name, because RegisterComponents does not see these fields from a class that derives from this one.
    internal readonly DecoderModel transformer;
    internal readonly Linear score;

    private protected DecoderForSequenceClassification(string name, PretrainedConfig config, DecoderModel model) : base(name, config)
    {
        transformer = model;
        score = new Linear(config.Width, config.Labels.Count, hasBias: false);
        register_module(nameof(transformer), transformer);
        register_module(nameof(score), score);
    }

    /// <summary>
    /// The logits of a batch that is padded on the right after each of its tokens: as a token sees nothing of what follows it, those
    /// of every beginning of a text. At a text's last token they are those of <see cref="SequenceClassifier.ForwardRightPadded"/>.
    /// </summary>
    /// <param name="inputIds"><c>[batch, seq]</c> int64.</param>
    /// <param name="lengths"><c>[batch]</c> int64: tokens of each text, from 1 to seq.</param>
    /// <returns><c>[batch, seq, labels]</c>; what stands at padding means nothing.</returns>
    public Tensor ForwardEveryToken(Tensor inputIds, Tensor lengths)
    {
        CheckShapes(inputIds, null);
        using var scope = NewDisposeScope();
        return score.forward(transformer.ForwardEveryToken(inputIds, PaddedBatch.FromLengths(lengths, inputIds.shape[1]))).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Moves what a new model answers to every text to given logits. The head has no bias, so the last norm's serves: all ones, a
    /// direction in which normalized states have no part.
    /// </summary>
    /// <param name="logits">Of each label, such as the log-odds of its frequency.</param>
    public void StartFrom(IReadOnlyList<double> logits)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(logits.Count, Labels.Count, nameof(logits));
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        transformer.ln_f.bias!.fill_(1);
        var noise = score.weight.mean([1], keepdim: true); // [labels, 1]
        score.weight.add_(tensor([.. logits.Select(logit => (float)(logit / Config.Width))], [logits.Count, 1]) - noise);
    }

    /// <inheritdoc/>
    public sealed override bool GradientCheckpointing
    {
        get => transformer.Recomputes;
        set => transformer.Recomputes = value;
    }

    internal sealed override IReadOnlyList<nn.Module> EmbeddingModules => [transformer.wte, transformer.wpe];

    internal sealed override IReadOnlyList<nn.Module> Blocks => [.. transformer.h];

    internal sealed override Projection Output => score;

    private protected sealed override void Rescale(double scale, double offset)
    {
        var head = score.weight.to_type(ScalarType.Float64).mul(scale); // [1, width]
        var length = head.square().sum().item<double>();
        if (length == 0) throw new InvalidOperationException("The head's weights are all zero, so that no offset can go through them.");
        score.weight.copy_(head);
        // Divided by what the rounded weights will multiply with.
        var rounded = score.weight.to_type(ScalarType.Float64);
        transformer.ln_f.bias!.add_((rounded[0] * (offset / rounded.square().sum().item<double>())).to_type(transformer.ln_f.bias!.dtype));
    }

    internal sealed override Tensor Classify(Tensor inputIds, PaddedBatch batch, Tensor? tokenTypeIds) => score.forward(transformer.ForwardLastToken(inputIds, batch));
}
