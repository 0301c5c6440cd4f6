using System.Text.Json;
using CsCheck;
using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Findings;
using Pipeline.Core.Runs;

namespace Pipeline.UnitTests.Findings;

public sealed class LengthCountsTests
{
    private static readonly Gen<int[]> Lengths = Gen.OneOf(Gen.Int[0, 3_000], Gen.Int[0, 1_000_000]).Array[1, 200];

    [Fact]
    public void Percentiles_are_those_of_the_sorted_list_to_a_thousandth() => Lengths.Sample(lengths =>
    {
        var counts = Of(lengths);
        var sorted = lengths.Order().ToArray();
        foreach (var share in (double[])[0.01, 0.5, 0.95, 1])
        {
            var exact = sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
            Assert.InRange(counts.Percentile(share), exact * 0.999, exact * 1.001);
        }

        Assert.Equal((lengths.Length, lengths.Sum(l => (long)l)), (counts.Count, counts.Total));
    });

    [Fact]
    public void Parts_that_were_written_as_json_add_up_to_the_whole() => Gen.Select(Lengths, Lengths).Sample((one, other) =>
    {
        var merged = Of(one);
        merged.Merge(JsonSerializer.Deserialize<LengthCounts>(JsonSerializer.Serialize(Of(other), PipelineJson.Compact), PipelineJson.Compact)!);

        Assert.Equal(Of([.. one, .. other]).Buckets, merged.Buckets);
    });

    [Fact]
    public void What_a_limit_cuts_off_is_counted() => Gen.Select(Gen.Int[0, 2_000].Array[1, 50], Gen.Int[1, 1_500]).Sample((lengths, limit) =>
        Assert.Equal(
            (lengths.LongCount(l => l > limit), lengths.Sum(l => (long)Math.Max(0, l - limit))),
            Of(lengths).Over(limit)));

    [Fact]
    public void Bars_hold_every_text_and_touch_each_other() => Lengths.Sample(lengths =>
    {
        var bars = Of(lengths).Bars();

        Assert.Equal(lengths.Length, bars.Sum(b => b.Texts));
        Assert.Equal(bars.Skip(1).Select(b => (long?)b.From), bars.SkipLast(1).Select(b => b.Below));
        Assert.InRange(bars.Count, 1, 40);
    });

    [Fact]
    public void The_longest_texts_are_quoted_with_what_is_lost_of_each()
    {
        var tally = new TokenLengthTally();
        for (var i = 1; i <= 20; i++)
            tally.Add(new DatasetRow(i, i, $"text {i}", null, ["x"], null, null), i * 10);
        var findings = new FindingLog();

        var truncation = tally.Note(findings, new DefaultMaxLength(150, "asked"));

        Assert.Equal((150, 5L), (truncation.MaxLength, truncation.Texts));
        Assert.Equal((10 + 20 + 30 + 40 + 50) / 2100.0, truncation.ShareLost, 9);
        Assert.Equal("200 tokens, 25% cut off at 150: text 20", Assert.Single(findings.ToList()).Places[0].Excerpt);
    }

    private static LengthCounts Of(int[] lengths)
    {
        var counts = new LengthCounts();
        foreach (var length in lengths)
            counts.Add(length);
        return counts;
    }
}
