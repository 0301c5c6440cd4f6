using System.Buffers.Binary;
using System.IO.Hashing;

namespace Pipeline.Core.Datasets;

/// <summary>The part of a dataset a row belongs to.</summary>
public enum Split : byte
{
    /// <summary>The model learns from it.</summary>
    Train,

    /// <summary>Chooses the best epoch.</summary>
    Validation,

    /// <summary>Scored once, at the end.</summary>
    Test,
}

/// <summary>
/// Splits a dataset. A row's place depends on its text and the seed alone, so copies of a text stay together and new rows
/// move no others. Every label keeps its share in expectation; a label with at least three different texts has one in each
/// split, for which at most two of its texts are moved.
/// </summary>
public static class SplitAssigner
{
    /// <summary>Different texts of a label that are needed for one in each split.</summary>
    public const int TextsForAllSplits = 3;

    /// <summary>Assigns every row.</summary>
    /// <param name="textHashes">One for each row; see <see cref="TextHash"/>.</param>
    /// <param name="labels">The label id of each row.</param>
    /// <param name="labelCount">Number of labels.</param>
    /// <param name="validationFraction">Share of different texts for validation.</param>
    /// <param name="testFraction">Share of different texts for the test.</param>
    /// <param name="seed">Another seed gives another split.</param>
    public static Split[] Assign(
        ReadOnlySpan<ulong> textHashes, ReadOnlySpan<int> labels, int labelCount, double validationFraction, double testFraction, int seed)
    {
        var draws = new double[textHashes.Length];
        var splits = new Split[textHashes.Length];
        for (var i = 0; i < splits.Length; i++)
        {
            draws[i] = Draw(textHashes[i], seed);
            splits[i] = draws[i] < testFraction ? Split.Test
                : draws[i] < testFraction + validationFraction ? Split.Validation
                : Split.Train;
        }

        var moved = Missing(textHashes, labels, labelCount, draws, splits);
        for (var i = 0; i < splits.Length && moved.Count > 0; i++)
        {
            if (moved.TryGetValue(textHashes[i], out var split))
                splits[i] = split;
        }

        return splits;
    }

    // Uniform in [0, 1).
    private static double Draw(ulong hash, int seed)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, hash);
        return (XxHash3.HashToUInt64(bytes, seed) >> 11) * (1.0 / (1UL << 53));
    }

    // For the labels that lack a split: the texts to move there, those whose draw is nearest to it.
    private static Dictionary<ulong, Split> Missing(
        ReadOnlySpan<ulong> hashes, ReadOnlySpan<int> labels, int labelCount, double[] draws, Split[] splits)
    {
        var seen = new int[labelCount];
        for (var i = 0; i < splits.Length; i++)
            seen[labels[i]] |= 1 << (int)splits[i];

        var moved = new Dictionary<ulong, Split>();
        for (var label = 0; label < labelCount; label++)
        {
            if (seen[label] == 0b111)
                continue;
            var texts = new Dictionary<ulong, (double Draw, Split Split)>();
            for (var i = 0; i < splits.Length; i++)
            {
                if (labels[i] == label)
                    texts[hashes[i]] = (draws[i], splits[i]);
            }

            if (texts.Count < TextsForAllSplits)
                continue;
            // Ordered by draw, test texts come first, then validation, then training: the borders shift by one text at most.
            var ordered = texts.OrderBy(t => t.Value.Draw).ToArray();
            var tests = Math.Clamp(ordered.Count(t => t.Value.Split == Split.Test), 1, ordered.Length - 2);
            var validations = Math.Clamp(ordered.Count(t => t.Value.Split == Split.Validation), 1, ordered.Length - tests - 1);
            for (var i = 0; i < ordered.Length; i++)
            {
                var split = i < tests ? Split.Test : i < tests + validations ? Split.Validation : Split.Train;
                if (split != ordered[i].Value.Split)
                    moved[ordered[i].Key] = split;
            }
        }

        return moved;
    }
}
