using Pipeline.Modeling.Layers;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Optimization;

/// <summary>Measures how fast the CPU computes the products that a training mostly consists of, in each of some ways.</summary>
public static class ProductProbe
{
    private const int Rounds = 7;

    /// <summary>
    /// Forward and backward through the feed-forward part of a block, without its activation. The ways take turns, so that what
    /// else the machine does falls on all of them; the shortest time of each counts.
    /// </summary>
    /// <param name="paths">The ways to measure.</param>
    /// <param name="rows">Tokens of a batch, padding included.</param>
    /// <param name="width">Of the hidden states.</param>
    /// <param name="innerWidth">Of the feed-forward part.</param>
    /// <param name="time">The clock.</param>
    public static IReadOnlyDictionary<ComputePath, TimeSpan> Measure(IReadOnlyList<ComputePath> paths, long rows, long width, long innerWidth, TimeProvider time)
    {
        bool before = TorchRuntime.OneDnnFloat32;
        using var scope = NewDisposeScope();
        using var first = Filled(new Linear(width, innerWidth));
        using var second = Filled(new Linear(innerWidth, width));
        // No random numbers: they would be taken from the training's.
        var x = full([rows, width], 0.01f, requires_grad: true);
        var gradient = full([rows, width], 0.01f);
        var shortest = paths.ToDictionary(path => path, _ => TimeSpan.MaxValue);
        try
        {
            for (int round = 0; round <= Rounds; round++)
            {
                foreach (var path in paths)
                {
                    long start = time.GetTimestamp();
                    Run(path);
                    var taken = time.GetElapsedTime(start);
                    if (round > 0 && taken < shortest[path]) shortest[path] = taken; // the first round makes the kernels
                }
            }
            return shortest;
        }
        finally
        {
            TorchRuntime.OneDnnFloat32 = before;
        }

        void Run(ComputePath path)
        {
            using var step = NewDisposeScope();
            TorchRuntime.OneDnnFloat32 = path != ComputePath.Float32;
            first.ComputeType = second.ComputeType = path == ComputePath.BFloat16 ? bfloat16 : null;
            second.forward(first.forward(x)).backward([gradient]);
            foreach (var leaf in new[] { x, first.weight, first.bias!, second.weight, second.bias! })
            {
                using var computed = leaf.grad;
                leaf.grad = null;
            }
        }
    }

    private static Linear Filled(Linear linear)
    {
        using var grad = no_grad();
        linear.weight.fill_(0.01f);
        return linear;
    }
}
