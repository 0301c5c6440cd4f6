using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Datasets.Rows;
using Pipeline.Core.Findings;

namespace Pipeline.UnitTests.Findings;

public sealed class NearDuplicatesTests
{
    private const string Sentence = "the quick brown fox jumps over the lazy dog while the cat looks on from the old garden wall";

    [Fact]
    public void A_text_with_a_word_more_is_a_near_copy_and_one_with_other_words_is_not()
    {
        var copies = Find([("a", Sentence), ("a", "something else entirely is written in this one here today"), ("a", Sentence + " today"), ("b", "Yes: " + Sentence)]);

        Assert.Equal((1, 1), (copies.Count, copies.Conflicts));
        Assert.Equal([(3L, 1L), (4L, 1L)], copies.First.Select(p => (p.Copy.Row, p.Original.Row)));
    }

    [Fact]
    public void Punctuation_and_case_do_not_make_a_text_another()
    {
        var pair = Assert.Single(Find([("a", "Ok, lar..."), ("a", "ok lar!")]).First);

        Assert.Equal(1, pair.Similarity);
    }

    [Fact]
    public void Exact_copies_and_texts_without_words_are_left_to_other_findings() =>
        Assert.Equal(0, Find([("a", Sentence), ("a", Sentence), ("a", "!!"), ("a", "??")]).Count);

    [Fact]
    public void What_is_found_does_not_depend_on_how_many_rows_are_held_at_once_or_on_how_the_rows_are_parted()
    {
        var rows = Random(600);
        var whole = Find(rows);

        Assert.True(whole.Count > 50);
        var parted = Find(rows, parts: 7, rowsAtOnce: 50);
        Assert.Equal((whole.Count, whole.Conflicts), (parted.Count, parted.Conflicts));
        Assert.Equal(whole.First, parted.First);
    }

    [Fact]
    public void Nearly_all_pairs_above_the_threshold_are_found_and_hardly_one_below()
    {
        var (found, missed, wrong) = (0, 0, 0);
        var random = new Random(7);
        for (var i = 0; i < 400; i++)
        {
            var one = Words(random, 40);
            var other = one.ToArray();
            for (var changes = random.Next(1, 8); changes > 0; changes--)
                other[random.Next(other.Length)] = $"new{random.Next(1000)}";
            var similarity = Jaccard(one, other);
            var pair = Find([("a", string.Join(' ', one)), ("a", string.Join(' ', other))]).Count == 1;
            found += similarity >= 0.85 && pair ? 1 : 0;
            missed += similarity >= 0.85 && !pair ? 1 : 0;
            wrong += similarity < 0.65 && pair ? 1 : 0;
        }

        Assert.True(found > 10 * missed, $"{found} found, {missed} missed");
        Assert.True(wrong <= 4, $"{wrong} wrong");
    }

    [Fact]
    public void The_note_quotes_where_the_texts_differ_and_the_labels_if_they_do()
    {
        var copies = Find([("spam", Sentence), ("ham", Sentence + " today")]);
        var quotes = RowQuotes.Of(copies, []);
        quotes.Show(1, new DatasetRow(1, 2, Sentence, null, ["spam"], null, null));
        quotes.Show(2, new DatasetRow(2, 3, Sentence + " today", null, ["ham"], null, null));
        var findings = new FindingLog();

        copies.Note(findings, quotes);

        var finding = Assert.Single(findings.ToList());
        Assert.Equal("near-conflict", finding.Id);
        Assert.Matches("^[0-9]+% like line 2, 'ham' here and 'spam' there: '….*garden wall' became '….*garden wall today'$", finding.Places[0].Excerpt);
    }

    private static (string Label, string Text)[] Random(int rows)
    {
        var random = new Random(1);
        var texts = new List<(string, string)>();
        for (var i = 0; i < rows; i++)
        {
            var text = i > 10 && random.Next(4) == 0 ? texts[random.Next(texts.Count)].Item2 + " more" : string.Join(' ', Words(random, 30));
            texts.Add((random.Next(2) == 0 ? "a" : "b", text));
        }

        return [.. texts];
    }

    private static string[] Words(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => $"w{random.Next(5_000)}")];

    private static double Jaccard(string[] one, string[] other)
    {
        var (a, b) = (Sequences(one), Sequences(other));
        return (double)a.Intersect(b).Count() / a.Union(b).Count();

        static HashSet<string> Sequences(string[] words) => [.. Enumerable.Range(0, words.Length - 2).Select(i => string.Join(' ', words[i..(i + 3)]))];
    }

    private static NearCopies Find((string Label, string Text)[] rows, int parts = 1, int rowsAtOnce = 1_000)
    {
        var files = new List<SignatureFile>();
        try
        {
            foreach (var part in rows.Index().Chunk((rows.Length + parts - 1) / parts))
            {
                var file = ScratchFile.Create();
                file.Write("head"u8);
                files.Add(new SignatureFile(file, 4, new PartPlace(null, 1)));
                var inspector = new RowInspector(new FindingLog(), file);
                foreach (var (i, (label, text)) in part)
                {
                    var row = new DatasetRow(i + 1, i + 1, text, null, [label], null, null);
                    inspector.Take(row, RowCheck.Of(row, TextHash.Of(text)));
                }
            }

            return NearDuplicates.Find(files, rowsAtOnce, TestContext.Current.CancellationToken);
        }
        finally
        {
            files.ForEach(f => f.Content.Dispose());
        }
    }
}
