using System.Numerics.Tensors;

namespace Pipeline.Core.Baselines;

/// <summary>Operations on long vectors on all processors. Sums are taken over chunks of a fixed size, so that they are the same on any number of processors.</summary>
internal static class Vectors
{
    private const int Chunk = 1 << 16;

    /// <summary>Does something to each chunk of a range.</summary>
    /// <param name="length">Of the range.</param>
    /// <param name="body">Told where a chunk begins and how long it is.</param>
    public static void ForEachChunk(int length, Action<int, int> body) => ForEachChunk(length, Chunk, body);

    /// <summary>Likewise with chunks of a size of one's own.</summary>
    public static void ForEachChunk(int length, int chunk, Action<int, int> body)
    {
        var chunks = (length + chunk - 1) / chunk;
        if (chunks == 1)
            body(0, length);
        else
            Parallel.For(0, chunks, c => body(c * chunk, Math.Min(chunk, length - c * chunk)));
    }

    /// <summary>A sum over chunks, added up in their order.</summary>
    public static double Sum(int length, Func<int, int, double> part) => Sum(length, Chunk, part);

    /// <summary>Likewise with chunks of a size of one's own.</summary>
    public static double Sum(int length, int chunk, Func<int, int, double> part)
    {
        var sums = new double[(length + chunk - 1) / chunk];
        ForEachChunk(length, chunk, (start, count) => sums[start / chunk] = part(start, count));
        return sums.Sum();
    }

    /// <summary>The scalar product.</summary>
    public static double Dot(float[] x, float[] y) =>
        Sum(x.Length, (start, count) => TensorPrimitives.Dot<float>(x.AsSpan(start, count), y.AsSpan(start, count)));

    /// <summary>destination = a x + y</summary>
    public static void MultiplyAdd(float[] x, double a, float[] y, float[] destination) => ForEachChunk(x.Length, (start, count) =>
        TensorPrimitives.MultiplyAdd(x.AsSpan(start, count), (float)a, y.AsSpan(start, count), destination.AsSpan(start, count)));

    /// <summary>destination = x − y</summary>
    public static void Subtract(float[] x, float[] y, float[] destination) => ForEachChunk(x.Length, (start, count) =>
        TensorPrimitives.Subtract<float>(x.AsSpan(start, count), y.AsSpan(start, count), destination.AsSpan(start, count)));

    /// <summary>x ← a x</summary>
    public static void Scale(float[] x, double a) => ForEachChunk(x.Length, (start, count) =>
        TensorPrimitives.Multiply(x.AsSpan(start, count), (float)a, x.AsSpan(start, count)));
}
