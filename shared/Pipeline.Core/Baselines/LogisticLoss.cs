using System.Numerics.Tensors;

namespace Pipeline.Core.Baselines;

/// <summary>
/// What logistic regression minimises: Σ cross-entropy + |W|² / (2C). With softmax the cross-entropy is that of the one right
/// output, with sigmoid the sum of the binary ones of all outputs.
/// </summary>
/// <param name="inputs">The inputs.</param>
/// <param name="labels">The outputs that are to be 1, of each input.</param>
/// <param name="outputs">Number of outputs.</param>
/// <param name="isSoftmax">Whether exactly one output is right.</param>
/// <param name="c">Inverse strength of the penalty.</param>
internal sealed class LogisticLoss(SparseMatrix inputs, IReadOnlyList<int[]> labels, int outputs, bool isSoftmax, double c)
{
    // Few enough for a thread's share to be even, enough for starting one to cost nothing.
    private const int RowsAtATime = 64, ColumnsAtATime = 512;

    private readonly RowBlock[] _blocks = RowBlock.Cut(inputs, outputs);
    private readonly float[] _curvature = Curvature(inputs, outputs, isSoftmax, c);

    /// <summary>The value, and the gradient, at <c>[columns + 1, outputs]</c> weights, of which the last row holds the biases.</summary>
    public double At(float[] weights, float[] gradient)
    {
        var strength = (float)(1 / c);
        var penalised = inputs.Columns * outputs;
        var loss = Vectors.Sum(penalised, (start, count) =>
        {
            var part = weights.AsSpan(start, count);
            TensorPrimitives.Multiply(part, strength, gradient.AsSpan(start, count));
            return 0.5 * strength * TensorPrimitives.SumOfSquares<float>(part);
        });
        gradient.AsSpan(penalised).Clear();
        foreach (var block in _blocks)
        {
            var errors = new float[block.Count * outputs];
            loss += Vectors.Sum(block.Count, RowsAtATime, (start, count) => Errors(block, start, count, weights, errors));
            Vectors.ForEachChunk(block.Columns.Length, ColumnsAtATime, (start, count) => AddGradient(block, start, count, errors, gradient));
            var biases = gradient.AsSpan(penalised);
            for (var row = 0; row < block.Count; row++)
                TensorPrimitives.Add(biases, errors.AsSpan(row * outputs, outputs), biases);
        }

        return loss;
    }

    /// <summary>Divides a vector by about the diagonal of the Hessian, which is 1 / C + Σ p (1 − p) x²: the same p for all.</summary>
    public void Precondition(float[] vector) => Vectors.ForEachChunk(_curvature.Length, ColumnsAtATime, (start, count) =>
    {
        for (var column = start; column < start + count; column++)
        {
            var part = vector.AsSpan(column * outputs, outputs);
            TensorPrimitives.Divide(part, _curvature[column], part);
        }
    });

    /// <summary>Scores of an input.</summary>
    /// <param name="weights"><c>[columns + 1, outputs]</c></param>
    /// <param name="indices">Columns of the input's entries.</param>
    /// <param name="values">Their values.</param>
    /// <param name="scores">Filled with a score for each output.</param>
    public static void Score(float[] weights, ReadOnlySpan<int> indices, ReadOnlySpan<float> values, Span<float> scores)
    {
        var outputs = scores.Length;
        weights.AsSpan(weights.Length - outputs).CopyTo(scores);
        for (var j = 0; j < indices.Length; j++)
            Axpy.Add(values[j], weights.AsSpan(indices[j] * outputs, outputs), scores);
    }

    // d loss / d score of some rows; returns their loss.
    private double Errors(RowBlock block, int start, int count, float[] weights, float[] errors)
    {
        double loss = 0;
        for (var row = start; row < start + count; row++)
        {
            var scores = errors.AsSpan(row * outputs, outputs);
            Score(weights, block.Matrix.Indices(block.First + row), block.Matrix.Values(block.First + row), scores);
            var right = labels[block.First + row];
            loss += isSoftmax ? Softmax(scores, right[0]) : Sigmoid(scores, right);
        }

        return loss;
    }

    private static double Softmax(Span<float> scores, int right)
    {
        TensorPrimitives.Subtract(scores, TensorPrimitives.Max<float>(scores), scores);
        TensorPrimitives.SoftMax<float>(scores, scores);
        var loss = -Math.Log(Math.Max(scores[right], float.Epsilon));
        scores[right] -= 1;
        return loss;
    }

    private static double Sigmoid(Span<float> scores, int[] right)
    {
        double loss = 0;
        foreach (var label in right)
            loss -= scores[label];
        for (var k = 0; k < scores.Length; k++)
        {
            // ln(1 + e^s), in the form that does not overflow.
            var decay = MathF.Exp(-MathF.Abs(scores[k]));
            loss += Math.Max(scores[k], 0) + Math.Log(1 + decay);
            scores[k] = scores[k] >= 0 ? 1 / (1 + decay) : decay / (1 + decay);
        }

        foreach (var label in right)
            scores[label] -= 1;
        return loss;
    }

    private static float[] Curvature(SparseMatrix inputs, int outputs, bool isSoftmax, double c)
    {
        // What p (1 − p) is where nothing is known yet.
        var spread = isSoftmax ? (outputs - 1.0) / outputs / outputs : 0.25;
        var squares = new double[inputs.Columns + 1];
        for (var row = 0; row < inputs.Rows; row++)
        {
            var indices = inputs.Indices(row);
            var values = inputs.Values(row);
            for (var j = 0; j < indices.Length; j++)
                squares[indices[j]] += values[j] * values[j];
        }

        squares[^1] = inputs.Rows; // the biases, which have no penalty
        return [.. squares.Select((s, column) => (float)(spread * s + (column < inputs.Columns ? 1 / c : 0)))];
    }

    private void AddGradient(RowBlock block, int start, int count, float[] errors, float[] gradient)
    {
        for (var c = start; c < start + count; c++)
        {
            var rows = block.ByColumn.Indices(c);
            var values = block.ByColumn.Values(c);
            var sum = gradient.AsSpan(block.Columns[c] * outputs, outputs);
            for (var j = 0; j < rows.Length; j++)
                Axpy.Add(values[j], errors.AsSpan(rows[j] * outputs, outputs), sum);
        }
    }
}
