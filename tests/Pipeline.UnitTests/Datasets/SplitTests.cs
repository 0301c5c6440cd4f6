using CsCheck;
using Pipeline.Core.Datasets;
using Pipeline.Core.Datasets.Rows;
using Pipeline.Core.Datasets.Splits;

namespace Pipeline.UnitTests.Datasets;

public sealed class SplitTests
{
    private static readonly Gen<Row[]> Rows =
        Gen.Select(Gen.ULong[0, 300], Gen.Int[0, 3], (h, l) => new Row(Spread(h), l)).Array[1, 400];

    [Fact]
    public void Copies_of_a_text_are_in_one_split() => Rows.Sample(rows =>
    {
        var splits = Assign(rows);
        foreach (var copies in rows.Index().GroupBy(r => r.Item.Hash))
            Assert.Single(copies.Select(r => splits[r.Index]).Distinct());
    });

    [Fact]
    public void A_label_with_three_texts_of_its_own_is_in_all_splits() => Rows.Sample(rows =>
    {
        // Without texts that have several labels; those cannot please all of them.
        var own = rows.Select(r => r with { Label = (int)(r.Hash % 4) }).ToArray();
        var splits = Assign(own);
        foreach (var label in own.Index().GroupBy(r => r.Item.Label))
        {
            var texts = label.Select(r => r.Item.Hash).Distinct().Count();
            if (texts >= 3)
                Assert.Equal(3, label.Select(r => splits[r.Index]).Distinct().Count());
        }
    });

    [Fact]
    public void Balancing_moves_no_more_texts_than_it_must() => Rows.Sample(rows =>
    {
        var own = rows.Select(r => r with { Label = (int)(r.Hash % 4) }).ToArray();
        var rule = new SplitRule(0.1, 0.1, 42, ValidationGiven: false, TestGiven: false);
        var moved = own.Zip(Assign(own)).Where(r => rule.Of(r.First.Hash, null) != r.Second).Select(r => r.First).Distinct();
        Assert.All(moved.GroupBy(r => r.Label), label => Assert.InRange(label.Count(), 1, 3));
    });

    [Fact]
    public void New_rows_move_no_others()
    {
        var rows = Enumerable.Range(0, 5_000).Select(i => new Row(Spread((ulong)i), i % 4)).ToArray();

        Assert.Equal(Assign(rows[..2_000]), Assign(rows)[..2_000]);
    }

    [Fact]
    public void Every_label_keeps_its_share()
    {
        var rows = Enumerable.Range(0, 20_000).Select(i => new Row(TextHash.Of($"text {i}"), i % 10 == 0 ? 1 : 0)).ToArray();
        var splits = Assign(rows);

        for (var label = 0; label < 2; label++)
        {
            var of = rows.Index().Where(r => r.Item.Label == label).Select(r => splits[r.Index]).ToArray();
            Assert.InRange(of.Count(s => s == Split.Test) / (double)of.Length, 0.075, 0.125);
            Assert.InRange(of.Count(s => s == Split.Validation) / (double)of.Length, 0.075, 0.125);
        }
    }

    [Fact]
    public void Given_splits_are_kept_and_a_text_in_several_is_left_in_the_one_that_comes_first()
    {
        var rows = Enumerable.Range(0, 900).Select(i => new Row(Spread((ulong)i), i % 2, (Split)(i % 3))).ToArray();
        Row leaked = new(rows[0].Hash, 0, Split.Test), late = new(rows[1].Hash, 1, Split.Test);

        var findings = new FindingLog();
        var splits = Assign([.. rows, leaked, late], findings);

        Assert.Equal(rows.Select(r => r.Given!.Value), splits[..900]);
        Assert.Equal([Split.Train, Split.Validation], splits[900..]);
        var overlap = Assert.Single(findings.ToList(), f => f.Id == "split-overlap");
        Assert.Equal((2, 901), (overlap.Count, overlap.Places[0].Line));
    }

    [Fact]
    public void A_split_that_is_not_given_is_split_off_from_the_training_rows()
    {
        var rows = Enumerable.Range(0, 4_000).Select(i => new Row(Spread((ulong)i), i % 2, i % 4 == 0 ? Split.Test : Split.Train)).ToArray();

        var splits = Assign(rows);

        Assert.All(rows.Zip(splits), r => Assert.Equal(r.First.Given == Split.Test, r.Second == Split.Test));
        Assert.InRange(splits.Count(s => s == Split.Validation) / 3_000.0, 0.08, 0.12);
    }

    [Fact]
    public void A_rare_label_among_many_of_a_text_is_in_all_splits()
    {
        // Every text has the frequent label 0; three of them have label 1 as well.
        var rows = Enumerable.Range(0, 1_000).Select(i => Spread((ulong)i)).ToArray();
        var rule = new SplitRule(0.1, 0.1, 42, false, false);
        var rare = rows.Where(h => rule.Of(h, null) == Split.Train).Take(3).ToArray();

        using var moved = Moves(rule, rows.Select(h => (h, (Split?)null, rare.Contains(h) ? new[] { 0, 1 } : [0])), labels: 2, new FindingLog());

        Assert.Equal(3, rare.Select(h => moved.Find(h) ?? rule.Of(h, null)).Distinct().Count());
    }

    [Fact]
    public void A_text_is_the_same_in_other_case_and_spacing()
    {
        Assert.Equal(TextHash.Of("Hello  Café\n"), TextHash.Of(" hello café"));
        Assert.NotEqual(TextHash.Of("hello"), TextHash.Of("hell o"));
        Assert.NotEqual(TextHash.Of("hello", "you"), TextHash.Of("hello you"));
    }

    private static Split[] Assign(Row[] rows, FindingLog? findings = null)
    {
        var given = rows.Select(r => r.Given).OfType<Split>().ToHashSet();
        var rule = new SplitRule(0.1, 0.1, 42, given.Contains(Split.Validation), given.Contains(Split.Test));
        using var moved = Moves(rule, rows.Select(r => (r.Hash, r.Given, new[] { r.Label })), 4, findings ?? new FindingLog());
        return [.. rows.Select(r => moved.Find(r.Hash) ?? rule.Of(r.Hash, r.Given))];
    }

    private static MovedTexts Moves(SplitRule rule, IEnumerable<(ulong Hash, Split? Given, int[] Labels)> rows, int labels, FindingLog findings)
    {
        using var table = new RowTableWriter();
        foreach (var (i, (hash, given, ids)) in rows.Index())
            table.Add(hash, i + 1, i + 1, given, ids);
        using var bytes = new MemoryStream();
        var sections = table.CopyTo(bytes);

        using var join = new RowJoin([new PartPlace(null, 0)], [.. Enumerable.Range(0, labels).Select(l => $"label {l}")], rule);
        var start = 0;
        foreach (var length in sections)
        {
            var section = new RowSection();
            section.Add(bytes.GetBuffer().AsSpan(start, (int)length), 0, [.. Enumerable.Range(0, labels)]);
            join.Add(section);
            start += (int)length;
        }

        join.Note(findings);
        return join.Moves();
    }

    // Hashes are spread over all sections, as those of texts are.
    private static ulong Spread(ulong i) => i * 0x9E3779B97F4A7C15;

    private sealed record Row(ulong Hash, int Label, Split? Given = null);
}
