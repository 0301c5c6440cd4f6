using System.Buffers;
using System.Text.Json;
using Pipeline.Core.Datasets.Reading;

namespace Pipeline.Core.Datasets.Inputs;

/// <summary>Rows of delimited text that are to be classified.</summary>
internal static class DelimitedInputs
{
    /// <summary>The names of the columns: those of the file, else their numbers.</summary>
    public static IReadOnlyList<string> Header(Utf8Buffer buffer, ReadingPlan plan)
    {
        if (!plan.HasHeader)
            return [.. Enumerable.Range(1, plan.FieldCount).Select(n => $"{n}")];
        // Nothing is consumed: the rows are read from the beginning again.
        buffer.Fill(Sample.EnoughBytes);
        using var start = new Utf8Buffer(new MemoryStream(buffer.Available.ToArray()));
        var records = Records(start, plan);
        records.Read();
        return [.. Enumerable.Range(0, records.Count).Select(records.Text)];
    }

    /// <summary>Reads the rows after the header, where there is one.</summary>
    /// <param name="buffer">The text.</param>
    /// <param name="plan">How it is read.</param>
    /// <param name="form">How rows are written down; null: as JSON objects.</param>
    /// <param name="names">The columns' names.</param>
    /// <param name="checks">What a row needs.</param>
    public static IEnumerable<InputRow> Read(Utf8Buffer buffer, ReadingPlan plan, DelimitedForm? form, IReadOnlyList<string> names, InputChecks checks)
    {
        var records = Records(buffer, plan);
        if (plan.HasHeader)
            records.Read();
        for (long number = 1; records.Read(); number++)
        {
            if (records.IsCut)
                yield return InputChecks.TooLong(number, records.Line, Original([]));
            else if (records.Count != plan.FieldCount)
                yield return Ragged(number);
            else
                yield return checks.Row(number, records.Line, form is null ? Original(Fields()) : records.Record.ToArray(), Text(), Pair(), MarkedUtf8.IsIn(records.Record));
        }

        string Text() => plan.Text.Count == 1 ? records.Text(plan.Text[0].Index) : JoinedText.Of(plan.Text.Select(c => records.Text(c.Index)));

        string? Pair() => plan.Pair is { } pair ? records.Text(pair.Index) : null;

        string[] Fields() => [.. Enumerable.Range(0, Math.Min(records.Count, plan.FieldCount)).Select(records.Text)];

        byte[] Original(string[] fields) => form is null ? Json(names, fields) : Record(form, fields, plan.FieldCount);

        InputRow Ragged(long number)
        {
            var original = Original(Fields());
            MarkedUtf8.Show(original);
            return InputChecks.Bad(
                number, records.Line, original, FindingKind.RaggedRow.Id,
                $"The row has {records.Count} fields instead of {plan.FieldCount}: {InputChecks.Excerpt(records.Record)}");
        }
    }

    private static DelimitedRecordReader Records(Utf8Buffer buffer, ReadingPlan plan) => new(buffer, (byte)plan.Delimiter, plan.Quoting, plan.FieldCount);

    // As many fields as any row has, so that what is written remains a table.
    private static byte[] Record(DelimitedForm form, string[] fields, int count)
    {
        var record = new ArrayBufferWriter<byte>();
        form.WriteRecord(record, fields.Concat(Enumerable.Repeat("", count - fields.Length)));
        return record.WrittenSpan.ToArray();
    }

    private static byte[] Json(IReadOnlyList<string> names, string[] fields) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new OrderedDictionary<string, string>(names.Zip(fields).DistinctBy(f => f.First).Select(f => KeyValuePair.Create(f.First, MarkedUtf8.Show(f.Second)))),
            CoreJson.Compact.OrderedDictionaryStringString);
}
