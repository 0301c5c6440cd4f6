using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pipeline.Modeling.Native;

/// <summary>Functions over sixteen fp32 numbers at a time.</summary>
internal static class VectorMath
{
    /// <summary>
    /// e^x to 2 units in the last place where the result is a normal number; above e^88 it is e^88, below e^-87 it is e^-87.
    /// By reduction to |r| ≤ ln 2 / 2 and the polynomial of Cephes' <c>expf</c>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        // Adding 1.5 × 2^23 rounds to a whole number, which then stands in the lowest bits.
        var shifter = Vector512.Create(12_582_912f);
        x = Vector512.MinNative(Vector512.MaxNative(x, Vector512.Create(-87f)), Vector512.Create(88f));
        var shifted = Vector512.MultiplyAddEstimate(x, Vector512.Create(1.442695041f), shifter);
        var n = shifted - shifter;
        // ln 2 in two parts, of which the first has so few bits that its product with n is exact.
        var r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-0.693359375f), x);
        r = Vector512.MultiplyAddEstimate(n, Vector512.Create(2.12194440e-4f), r);
        var p = Vector512.MultiplyAddEstimate(Vector512.Create(1.9875691500e-4f), r, Vector512.Create(1.3981999507e-3f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(8.3334519073e-3f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(4.1665795894e-2f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1.6666665459e-1f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(5.0000001201e-1f));
        p = Vector512.MultiplyAddEstimate(p, r * r, r + Vector512<float>.One);
        var power = Vector512.ShiftLeft(shifted.AsInt32() - shifter.AsInt32() + Vector512.Create(127), 23).AsSingle();
        return p * power;
    }
}
