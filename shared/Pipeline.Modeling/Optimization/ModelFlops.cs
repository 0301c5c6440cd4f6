using Pipeline.Modeling.Encoders;
using Pipeline.Modeling.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Optimization;

/// <summary>
/// The floating-point operations that a training step asks for: those of matrix products and attention, which are what
/// <i>model FLOP utilisation</i> counts (Chowdhery et al. 2022, PaLM, appendix B). With all weights trained it comes to
/// 6 for each weight of a matrix and token, and 12 × width × length for each block and token.
/// </summary>
/// <remarks>
/// Only what is asked for counts: no padding, nothing that is computed twice to save memory, the last block for the classified
/// token alone, no gradient of frozen weights, and no backward pass below the lowest weight that is trained. As in PaLM,
/// causal attention counts in full; a window counts as far as it reaches.
/// </remarks>
public sealed class ModelFlops
{
    private readonly List<(double PerPair, long Window)> _attention = [];
    private (double PerPair, long Window) _lastAttention;
    private double _perToken;
    private double _perText;

    private ModelFlops()
    {
    }

    /// <summary>Counts a model, with the weights that require a gradient now.</summary>
    public static ModelFlops Of(SequenceClassifier model)
    {
        var flops = new ModelFlops();
        var isBelowTrained = IsTrained(model.EmbeddingModules.SelectMany(m => m.parameters()));
        foreach (var (i, block) in model.Blocks.Index())
        {
            flops.AddBlock(block, model.Config.Width, isLast: i == model.Blocks.Count - 1, isBelowTrained);
            isBelowTrained |= IsTrained(block.parameters());
        }

        var below = model.EmbeddingModules.Concat(model.Blocks).SelectMany(m => m.modules().Append(m)).ToHashSet<nn.Module>(ReferenceEqualityComparer.Instance);
        foreach (var module in model.modules().Where(m => !below.Contains(m)))
        {
            if (module is Projection head)
                flops._perText += Product(head, isBelowTrained);
            isBelowTrained |= IsTrained(module.parameters(recurse: false));
        }

        return flops;
    }

    /// <summary>Floating-point operations of the forward and backward pass over a batch.</summary>
    /// <param name="lengths">Tokens of each text, without padding.</param>
    public double OfBatch(IEnumerable<long> lengths)
    {
        double sum = 0;
        foreach (var length in lengths)
        {
            sum += _perText + _lastAttention.PerPair * Math.Min(length, _lastAttention.Window);
            sum += length * (_perToken + _attention.Sum(a => a.PerPair * Math.Min(length, a.Window)));
        }

        return sum;
    }

    private void AddBlock(nn.Module block, int width, bool isLast, bool isBelowTrained)
    {
        var parts = (ITransformerBlock)block;
        var inputs = parts.QueryKeyValue;
        // A norm before the projections has its own weights; an encoder's norms come after them.
        var reached = isBelowTrained || (block is not EncoderBlock && IsTrained(block.modules().TakeWhile(m => m is not Projection).SelectMany(m => m.parameters(recurse: false))));
        var perInput = inputs.Sum(p => Product(p, reached));
        // The last block has keys and values of every token, and all else of one.
        _perToken += isLast ? perInput * 2 / 3 : perInput;
        _perText += isLast ? perInput / 3 : 0;

        reached |= IsTrained(inputs.SelectMany(p => p.parameters()));
        // Scores, and the sum that they weigh: 2 × width for each pair of tokens, and twice that in the backward pass.
        var perPair = 4.0 * width * (reached ? 3 : 1);
        if (isLast)
            _lastAttention = (perPair, parts.Window);
        else
            _attention.Add((perPair, parts.Window));

        foreach (var projection in block.modules().OfType<Projection>().Where(p => !inputs.Contains(p)))
        {
            var product = Product(projection, reached);
            if (isLast)
                _perText += product;
            else
                _perToken += product;
            reached |= IsTrained(projection.parameters());
        }
    }

    // Of one row: the product, the gradient of its input where anything below is trained, and that of the matrix where it is.
    private static double Product(Projection projection, bool isBelowTrained)
    {
        var flops = Passes(projection.InputWidth * projection.OutputWidth, isBelowTrained, projection.weight.requires_grad);
        if (projection.Adapter is { } adapter)
        {
            flops += Passes(adapter.A.weight.numel(), isBelowTrained, adapter.A.weight.requires_grad);
            flops += Passes(adapter.B.weight.numel(), isBelowTrained || adapter.A.weight.requires_grad, adapter.B.weight.requires_grad);
        }

        return flops;
    }

    private static double Passes(long weights, bool isBelowTrained, bool isTrained) =>
        2.0 * weights * (1 + (isBelowTrained ? 1 : 0) + (isTrained ? 1 : 0));

    private static bool IsTrained(IEnumerable<Parameter> parameters) => parameters.Any(p => p.requires_grad);
}
