using CsCheck;
using Pipeline.Core.Datasets;

namespace Pipeline.UnitTests.Datasets;

public sealed class SplitTests
{
    private static readonly Gen<(ulong Hash, int Label)[]> Rows =
        Gen.Select(Gen.ULong[0, 300], Gen.Int[0, 3], (h, l) => (h, l)).Array[1, 400];

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
        var own = rows.Select(r => (r.Hash, Label: (int)(r.Hash % 4))).ToArray();
        var splits = Assign(own);
        foreach (var label in own.Index().GroupBy(r => r.Item.Label))
        {
            var texts = label.Select(r => r.Item.Hash).Distinct().Count();
            if (texts >= 3)
                Assert.Equal(3, label.Select(r => splits[r.Index]).Distinct().Count());
        }
    });

    [Fact]
    public void New_rows_move_no_others()
    {
        var rows = Enumerable.Range(0, 5_000).Select(i => ((ulong)i * 0x9E3779B97F4A7C15, i % 4)).ToArray();

        Assert.Equal(Assign(rows[..2_000]), Assign(rows)[..2_000]);
    }

    [Fact]
    public void Every_label_keeps_its_share()
    {
        var rows = Enumerable.Range(0, 20_000).Select(i => (TextHash.Of($"text {i}"), i % 10 == 0 ? 1 : 0)).ToArray();
        var splits = Assign(rows);

        for (var label = 0; label < 2; label++)
        {
            var of = rows.Index().Where(r => r.Item.Item2 == label).Select(r => splits[r.Index]).ToArray();
            Assert.InRange(of.Count(s => s == Split.Test) / (double)of.Length, 0.075, 0.125);
            Assert.InRange(of.Count(s => s == Split.Validation) / (double)of.Length, 0.075, 0.125);
        }
    }

    [Fact]
    public void A_text_is_the_same_in_other_case_and_spacing()
    {
        Assert.Equal(TextHash.Of("Hello  Café\n"), TextHash.Of(" hello café"));
        Assert.NotEqual(TextHash.Of("hello"), TextHash.Of("hell o"));
    }

    private static Split[] Assign((ulong Hash, int Label)[] rows) => SplitAssigner.Assign(
        rows.Select(r => r.Hash).ToArray(), rows.Select(r => r.Label).ToArray(), 4, 0.1, 0.1, 42);
}
