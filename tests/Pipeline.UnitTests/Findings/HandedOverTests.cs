using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Findings;

namespace Pipeline.UnitTests.Findings;

/// <summary>What parts of a dataset hand to each other as JSON where they are worked on by several processes.</summary>
public sealed class HandedOverTests
{
    private static readonly DatasetRow Row = new(3, 4, "The cat sat on the mat and it was very happy with that", null, ["x"], null, "a.csv");

    [Fact]
    public void Lengths_and_languages_arrive_as_they_were_sent()
    {
        var inspector = new RowInspector(new FindingLog());
        inspector.Take(Row, RowCheck.Of(Row, 1));
        var statistics = Sent(inspector.Statistics);
        statistics.Merge(Sent(inspector.Statistics), lineOffset: 10);

        Assert.Equal(new LanguageShare("English", 2), Assert.Single(statistics.Languages.Shares()));
        Assert.Equal([4L, 14L], statistics.Languages.Languages["English"].First.Select(p => p.Line!.Value));
        Assert.Equal(2 * Row.Text.Length, statistics.Characters.Total);
    }

    [Fact]
    public void The_longest_texts_of_two_parts_are_the_longest_of_both()
    {
        var (first, second) = (new TokenLengthTally(), new TokenLengthTally());
        for (var i = 0; i < 20; i++)
            (i % 2 == 0 ? first : second).Add(Row with { Line = i }, i, linesBefore: 100);
        first.Merge(Sent(second));

        Assert.Equal([(19, 119L), (18, 118), (17, 117), (16, 116), (15, 115)], first.Longest.Select(t => (t.Tokens, t.Line)));
        Assert.Equal(20, first.Lengths.Count);
    }

    [Fact]
    public void Near_copies_are_quoted_from_the_parts_that_have_them()
    {
        var copies = Sent(new NearCopies { Count = 1, First = [new NearCopy(new(3, 4, null), new(1, 2, null), 0.9, true)] });
        var (one, other) = (RowQuotes.Of(copies, []), RowQuotes.Of(copies, []));
        one.Show(1, Row with { Text = "one two three", File = "b.csv" });
        other.Show(3, Row with { Text = "one two four" });
        other.Show(5, Row);
        var quotes = Sent(one);
        quotes.Merge(Sent(other));
        var findings = new FindingLog();

        copies.Note(findings, quotes);

        Assert.Equal(
            new FindingPlace(4, "90% like b.csv, line 2: 'one two three' became 'one two four'", "a.csv"), findings.ToList()[0].Places[0]);
        Assert.Equal([1L, 3L], quotes.Rows.Keys.Order());
    }

    private static T Sent<T>(T value) => JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(value, PipelineJson.Compact), PipelineJson.Compact)!;
}
