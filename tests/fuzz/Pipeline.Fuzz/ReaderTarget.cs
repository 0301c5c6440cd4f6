using System.IO.Hashing;
using Pipeline.Core;
using Pipeline.Core.Datasets;

namespace Pipeline.Fuzz;

/// <summary>Reads an input as a dataset and checks what must hold of any.</summary>
internal static class ReaderTarget
{
    /// <summary>Reads an input.</summary>
    /// <param name="blob">A name with the extension that the reader is chosen by.</param>
    /// <param name="input">The content.</param>
    public static void Run(string blob, byte[] input)
    {
        // The options depend on the content alone, so that a finding comes again.
        var choice = XxHash3.HashToUInt64(input);
        var file = DatasetFile.Parse(blob);
        var options = OptionsFor(blob, choice);
        var rows = Read(new MemoryStream(input), file, options);
        // A copy in a temporary file is slow, so formats that need one are read in pieces seldom.
        var every = file.Format is DatasetFormat.Parquet or DatasetFormat.Zip ? 61U : 3U;
        // What lies behind the end of a gzip member is read by the platform, which is stricter where it comes in pieces.
        if (choice % every == 0 && Read(new ChoppedStream(input, (int)(choice >> 40)), file, options) is var pieces && !(file.IsGzipped && pieces is null))
            AssertSame(rows, pieces, "read in small pieces");
        if (choice % 5 == 0 && rows is not null)
            AssertSame(rows, Read(new MemoryStream(input), file, DatasetReader.Plan(new MemoryStream(input), file, options, new FindingLog())), "read by its own plan");
    }

    // Null where the dataset is rejected.
    private static List<DatasetRow>? Read(Stream content, DatasetFile file, ReadingOptions options)
    {
        var rows = new List<DatasetRow>();
        try
        {
            foreach (var row in DatasetReader.Read(content, file, options, new FindingLog()))
            {
                Assert(!string.IsNullOrWhiteSpace(row.Text), "a row without text");
                Assert(row.Line >= 1 && row.Number > (rows.Count == 0 ? 0 : rows[^1].Number), "rows out of order");
                Assert(row.Target is null == (options.ProblemType != ProblemType.Regression) && float.IsFinite(row.Target ?? 0), "a number that is none");
                Assert(row.Labels.All(l => l.Length > 0 && l.Trim() == l), "a label that is blank or padded");
                Assert(options.ProblemType == ProblemType.MultiLabelClassification || options.ProblemType is null || row.Labels.Count == 1, "several labels");
                rows.Add(row);
            }

            return rows;
        }
        catch (DatasetRejectedException e)
        {
            Assert(e.Message.Length > 0 && e.Line is null or >= 1, "a rejection without a reason");
            return null;
        }
    }

    private static ReadingOptions OptionsFor(string blob, ulong choice)
    {
        var options = new ReadingOptions();
        if (blob.Contains("encoded", StringComparison.Ordinal))
            options = options with { Encoding = new[] { null, "utf-16", "utf-16be", "latin-1", "windows-1252" }[choice % 5] };
        return ((choice >> 8) % 12) switch
        {
            0 => options with { HasHeader = false, TextColumns = "2", LabelColumn = "1" },
            1 => options with { LabelSeparator = "," },
            2 => options with { LabelNames = new NameList("a", "b", "c") },
            3 => options with { ProblemType = ProblemType.MultiLabelClassification },
            4 => options with { ProblemType = ProblemType.SingleLabelClassification, LabelUntil = ":" },
            5 => options with { Delimiter = ';' },
            6 => options with { TextColumns = new NameList("title", "text"), TextPairColumn = "label" },
            8 => options with { ProblemType = ProblemType.Regression },
            7 => options with { Records = new RecordPaths(("train", Split.Train), ("data.rows", null)) },
            _ => options,
        };
    }

    private static void AssertSame(List<DatasetRow>? expected, List<DatasetRow>? actual, string how)
    {
        Assert(expected is null == actual is null, $"{how}, it is {(actual is null ? "rejected" : "accepted")}");
        if (expected is null || actual is null)
            return;
        Assert(expected.Count == actual.Count, $"{how}, it has {actual.Count} rows instead of {expected.Count}");
        for (var i = 0; i < expected.Count; i++)
        {
            var (a, b) = (expected[i], actual[i]);
            Assert(a.Text == b.Text && a.TextPair == b.TextPair && a.Line == b.Line && a.GivenSplit == b.GivenSplit && a.Target == b.Target && a.Labels.SequenceEqual(b.Labels), $"{how}, row {i + 1} differs");
        }
    }

    private static void Assert(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException($"It must not be: {what}.");
    }
}
