using System.Text.Json;
using CsCheck;
using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Findings;

namespace Pipeline.UnitTests.Findings;

public sealed class TargetTallyTests
{
    [Fact]
    public void Few_different_numbers_are_counted_exactly()
    {
        var target = Tally([1, 2, 3, 4, 5, 5, 5, -1.5f]).Distribution();

        Assert.Equal((-1.5f, 1f, 3f, 5f, 5f), (target.Least, target.LowerQuartile, target.Median, target.UpperQuartile, target.Greatest));
        Assert.Equal(2.9375, target.Mean, 12);
        Assert.Equal(8, target.Bars.Sum(b => b.Rows));
    }

    [Fact]
    public void Many_different_numbers_are_counted_in_small_memory_and_close_to_the_truth()
    {
        var random = new Random(1);
        float[] numbers = [.. Enumerable.Range(0, 200_000).Select(_ => (float)(random.NextDouble() * 2_000 - 500))];

        var tally = Tally(numbers);
        var target = tally.Distribution();

        Assert.InRange(tally.Buckets.Count, 2, 2 * 8_192);
        Array.Sort(numbers);
        Assert.Equal((numbers[0], numbers[^1]), (target.Least, target.Greatest));
        foreach (var (share, found) in new[] { (0.25, target.LowerQuartile), (0.5, target.Median), (0.75, target.UpperQuartile) })
        {
            var exact = numbers[(int)Math.Ceiling(share * numbers.Length) - 1];
            Assert.InRange(found, exact - Math.Abs(exact) / 100 - 1, exact + Math.Abs(exact) / 100 + 1);
        }

        Assert.Equal(200_000, target.Bars.Sum(b => b.Rows));
        Assert.InRange(target.Bars.Count, 10, 26);
    }

    [Fact]
    public void Parts_in_any_cut_and_through_json_give_what_the_whole_gives()
    {
        var random = new Random(2);
        float[] numbers = [.. Enumerable.Range(0, 30_000).Select(_ => (float)(random.NextDouble() * Math.Pow(10, random.Next(-3, 4))) * (random.Next(2) * 2 - 1))];
        var whole = JsonSerializer.Serialize(Tally(numbers).Buckets);
        Gen.Int[0, 30_000].Array[1, 4].Sample(
            cuts =>
            {
                var sum = new TargetTally();
                var start = 0;
                foreach (var end in cuts.Order().Append(numbers.Length))
                {
                    var part = JsonSerializer.Serialize(Tally(numbers[start..end]), PipelineJson.Compact);
                    sum.Merge(JsonSerializer.Deserialize<TargetTally>(part, PipelineJson.Compact)!);
                    start = end;
                }

                Assert.Equal(whole, JsonSerializer.Serialize(sum.Buckets));
            },
            iter: 10);
    }

    [Fact]
    public void Bars_have_round_borders_and_the_ends_take_what_is_far_out()
    {
        var bars = Tally([.. Enumerable.Range(0, 1_000).Select(i => i / 10f), -1e6f, 1e6f]).Distribution().Bars;

        Assert.Equal((null, null), (bars[0].From, bars[^1].Below));
        Assert.All(bars.Skip(1), b => Assert.Equal(0, b.From!.Value % 5, 9));
        Assert.Equal(1_002, bars.Sum(b => b.Rows));
    }

    [Fact]
    public void A_number_that_never_changes_is_one_bar() => Assert.Single(Tally([3, 3, 3]).Distribution().Bars);

    [Fact]
    public void Many_decimal_labels_suggest_regression_and_others_do_not()
    {
        Assert.Equal(1, Noted([.. Enumerable.Range(0, 30).Select(i => FormattableString.Invariant($"{i / 10.0:0.0}"))]));
        Assert.Equal(0, Noted([.. Enumerable.Range(0, 30).Select(i => $"{i}")]));
        Assert.Equal(0, Noted([.. Enumerable.Range(0, 30).Select(i => $"{i}.5"), "many"]));
        Assert.Equal(0, Noted(["1.5", "2.5"]));

        static long Noted(string[] labels)
        {
            var findings = new FindingLog();
            NumericLabels.Note(findings, labels);
            return findings.Count(FindingKind.NumericLabels);
        }
    }

    private static TargetTally Tally(float[] numbers)
    {
        var tally = new TargetTally();
        foreach (var number in numbers)
            tally.Add(number);
        return tally;
    }
}
