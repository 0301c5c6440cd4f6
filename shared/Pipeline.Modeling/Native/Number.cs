using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Native;

/// <summary>
/// Numbers as operations take them, kept for good. TorchSharp makes one anew for each call and does not keep it alive while
/// libtorch reads it: a garbage collection at that moment, begun by any thread, frees it, and the operation reads what lies there then.
/// For what runs in each training step.
/// </summary>
public static class Number
{
    private static readonly ConcurrentDictionary<double, Scalar> Reals = new();
    private static readonly ConcurrentDictionary<long, Scalar> Integers = new();

    /// <summary>A real number, of which there should not be very many.</summary>
    public static Scalar Of(double value) => Reals.GetOrAdd(value, v => v.ToScalar());

    /// <summary>A whole number.</summary>
    public static Scalar Of(long value) => Integers.GetOrAdd(value, v => v.ToScalar());

    /// <summary>0, 1, 2, … as int64 of shape <c>[count]</c>.</summary>
    public static Tensor Range(long count, Device device) => arange(Of(0L), Of(count), Of(1L), int64, device);
}
