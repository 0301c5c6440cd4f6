using Pipeline.Core.Runs;

namespace Pipeline.Core.Costs;

/// <summary>
/// The floating-point operations of matrix products and attention that a model asks for, by its shape alone. It counts as the
/// trainer does (<c>ModelFlops</c>, after PaLM's appendix B): 2 for each weight and token forward, as much again for the gradient of
/// what comes in where anything below is trained, and for that of the weight where it is trained; the last block for one token.
/// </summary>
public sealed class TrainingFlops
{
    private readonly List<(double PerPair, long Window)> _attention = [];
    private (double PerPair, long Window) _lastAttention;
    private double _perToken;
    private double _perText;

    private TrainingFlops()
    {
    }

    /// <summary>Of the forward and backward pass.</summary>
    /// <param name="shape">The model.</param>
    /// <param name="options">What is frozen, and the rank of LoRA. LoRA is counted at the projections that it adapts by default.</param>
    /// <param name="outputs">Labels of the head.</param>
    public static TrainingFlops OfTraining(ModelShape shape, RunOptions options, int outputs) => Of(
        shape, outputs, isTrained: block => options.LoraR is null && block >= options.FreezeLayers, hasTrainedEmbeddings: options is { LoraR: null, FreezeLayers: 0 }, rank: options.LoraR ?? 0);

    /// <summary>Of the forward pass alone.</summary>
    /// <param name="shape">The model.</param>
    /// <param name="outputs">Labels of the head.</param>
    public static TrainingFlops OfScoring(ModelShape shape, int outputs) => Of(shape, outputs, isTrained: null, hasTrainedEmbeddings: false, rank: 0);

    /// <summary>Of texts.</summary>
    /// <param name="lengths">Tokens of a text that are read, and how many texts have so many.</param>
    public double Of(IEnumerable<(long Tokens, long Texts)> lengths)
    {
        double sum = 0;
        foreach (var (tokens, texts) in lengths)
        {
            var perText = _perText + _lastAttention.PerPair * Math.Min(tokens, _lastAttention.Window);
            sum += texts * (perText + tokens * (_perToken + _attention.Sum(a => a.PerPair * Math.Min(tokens, a.Window))));
        }

        return sum;
    }

    // isTrained null: nothing is, not even the head.
    private static TrainingFlops Of(ModelShape shape, int outputs, Func<int, bool>? isTrained, bool hasTrainedEmbeddings, int rank)
    {
        var flops = new TrainingFlops();
        var isBelowTrained = hasTrainedEmbeddings;
        for (var i = 0; i < shape.Blocks; i++)
            isBelowTrained = flops.AddBlock(shape, i, isTrained?.Invoke(i) == true, isBelowTrained, rank);

        double width = shape.Width;
        var pooler = shape.IsDecoder ? 0 : width * width;
        // PEFT trains the heads whole, and BERT's pooler is not of its head.
        flops._perText += Product(pooler, isBelowTrained, isTrained is not null && (rank == 0 || shape.Family != "bert"));
        flops._perText += Product(width * outputs, isBelowTrained || (isTrained is not null && pooler > 0), isTrained is not null);
        return flops;
    }

    // Whether anything is trained, up to the end of the block.
    private bool AddBlock(ModelShape shape, int block, bool isTrained, bool isBelowTrained, int rank)
    {
        double width = shape.Width;
        var isLast = block == shape.Blocks - 1;
        var isReached = isBelowTrained || (isTrained && shape.IsDecoder);
        var inputs = Product(3 * width * width, isReached, isTrained) + Adapters(shape, isReached, rank);
        _perToken += isLast ? inputs * 2 / 3 : inputs;
        _perText += isLast ? inputs / 3 : 0;

        isReached |= isTrained || rank > 0;
        var attention = (4 * width * (isReached ? 3 : 1), shape.Windows[block]);
        var rest = Product(width * width + 2 * width * shape.InnerWidth, isReached, isTrained);
        if (isLast)
        {
            _lastAttention = attention;
            _perText += rest;
        }
        else
        {
            _attention.Add(attention);
            _perToken += rest;
        }

        return isReached;
    }

    // GPT-2 has query, key and value in one projection; of the other families query and value are adapted.
    private static double Adapters(ModelShape shape, bool isReached, int rank)
    {
        double weights = (double)rank * shape.Width;
        return shape.Family == "gpt2"
            ? Product(weights, isReached, isTrained: true) + Product(3 * weights, isBelowTrained: true, isTrained: true)
            : 2 * (Product(weights, isReached, isTrained: true) + Product(weights, isBelowTrained: true, isTrained: true));
    }

    private static double Product(double weights, bool isBelowTrained, bool isTrained) => 2 * weights * (1 + (isBelowTrained ? 1 : 0) + (isTrained ? 1 : 0));
}
