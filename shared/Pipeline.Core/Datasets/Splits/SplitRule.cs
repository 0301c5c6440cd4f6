using System.Buffers.Binary;
using System.IO.Hashing;
using Pipeline.Core.Runs;

namespace Pipeline.Core.Datasets.Splits;

/// <summary>
/// Where a row goes, by its text and the seed alone: copies of a text stay together, new rows move no others, and every
/// label keeps its share in expectation. Splits that the dataset brings along are kept; what it lacks is split off from
/// its training rows.
/// </summary>
/// <param name="ValidationFraction">Share of different texts for validation, 0 to 1.</param>
/// <param name="TestFraction">Share of different texts for the test, 0 to 1.</param>
/// <param name="Seed">Another seed gives another split.</param>
/// <param name="ValidationGiven">The dataset has validation rows of its own.</param>
/// <param name="TestGiven">The dataset has test rows of its own.</param>
public sealed record SplitRule(double ValidationFraction, double TestFraction, int Seed, bool ValidationGiven, bool TestGiven)
{
    /// <summary>The splits that this rule fills, in the order of their draws; the last is always <see cref="Split.Train"/>.</summary>
    public IReadOnlyList<Split> Open { get; } =
        [.. new[] { Split.Test, Split.Validation, Split.Train }.Where(s => !(s == Split.Test && TestGiven || s == Split.Validation && ValidationGiven))];

    /// <summary>The rule of a run.</summary>
    /// <param name="options">Fractions and seed.</param>
    /// <param name="given">The splits that rows of the dataset name.</param>
    public static SplitRule For(RunOptions options, IReadOnlySet<Split> given) => new(
        options.ValidationFraction, options.TestFraction, options.Seed, given.Contains(Split.Validation), given.Contains(Split.Test));

    /// <summary>The split of a text.</summary>
    /// <param name="textHash">See <see cref="TextHash"/>.</param>
    /// <param name="given">The split its rows name; null counts as training.</param>
    public Split Of(ulong textHash, Split? given)
    {
        if (given is Split.Validation or Split.Test)
            return given.Value;
        var draw = Draw(textHash);
        foreach (var split in Open)
        {
            var fraction = split switch { Split.Test => TestFraction, Split.Validation => ValidationFraction, _ => 1 };
            if (draw < fraction)
                return split;
            draw -= fraction;
        }

        return Split.Train;
    }

    /// <summary>The draw that decides, uniform in [0, 1).</summary>
    public double Draw(ulong textHash)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, textHash);
        return (XxHash3.HashToUInt64(bytes, Seed) >> 11) * (1.0 / (1UL << 53));
    }
}
