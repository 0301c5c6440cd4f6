using Pipeline.Core.Datasets.Reading;

namespace Pipeline.Core.Datasets.Inputs;

/// <summary>
/// Reads a file of texts that are to be classified: every row in order, with all that the file says of it, also rows that cannot be
/// classified. Memory does not grow with the file, except that a Parquet row group is read as a whole.
/// </summary>
public sealed class InputFile : IDisposable
{
    private readonly Stack<IDisposable> _owned = new();

    private InputFile()
    {
    }

    /// <summary>How the rows' <see cref="InputRow.Original"/> is written; null where it is a JSON object.</summary>
    public DelimitedForm? Form { get; private set; }

    /// <summary>Of delimited text the columns' names, or their numbers where the file has no names; else empty.</summary>
    public IReadOnlyList<string> Header { get; private set; } = [];

    /// <summary>The rows, once. Taking them may throw <see cref="DatasetRejectedException"/> where the file cannot be read to its end.</summary>
    public IEnumerable<InputRow> Rows { get; private set; } = [];

    /// <summary>Opens a file and finds its texts.</summary>
    /// <param name="content">Its bytes, from the beginning; stays its owner's.</param>
    /// <param name="file">What its name says.</param>
    /// <param name="options">How it is to be read. Labels are not asked for.</param>
    /// <param name="hasPairs">Whether the texts must be pairs.</param>
    /// <param name="asJson">Whether rows of delimited text are wanted as JSON objects too. Default false.</param>
    /// <exception cref="DatasetRejectedException">It cannot be read, has no rows, or no column with texts.</exception>
    public static InputFile Open(Stream content, DatasetFile file, ReadingOptions options, bool hasPairs, bool asJson = false)
    {
        options = options with { NeedsLabels = false, HasPairs = hasPairs, Plan = null, LabelNames = null };
        var input = new InputFile();
        try
        {
            input.OpenFormat(file.IsGzipped ? input.Own(new GunzippedStream(content)) : content, file.Format, options, asJson);
            return input;
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <summary>Frees what reading needs.</summary>
    public void Dispose()
    {
        while (_owned.TryPop(out var owned))
            owned.Dispose();
    }

    private void OpenFormat(Stream content, DatasetFormat format, ReadingOptions options, bool asJson)
    {
        switch (format)
        {
            case DatasetFormat.Parquet:
                var parquet = Own(ParquetRows.Open(Own(SeekableContent.Of(content)).Stream));
                var columns = parquet.Plan(options, new FindingLog());
                Rows = ParquetInputs.Read(parquet, columns, Checks(columns, options));
                return;
            case DatasetFormat.Zip or DatasetFormat.Tar:
                RefusePairs(options, "an archive has a file for each text");
                IArchive archive = Own<IArchive>(format == DatasetFormat.Zip ? new ZipFiles(Own(SeekableContent.Of(content)).Stream) : new TarFiles(content));
                Rows = ArchiveInputs.Read(archive, options.Encoding, new InputChecks(hasPairs: false, "the file", null));
                return;
        }

        var buffer = Own(new Utf8Buffer(Own(new MarkedUtf8(TextStart.Open(content, options.Encoding)))));
        switch (format)
        {
            case DatasetFormat.Jsonl:
                var lines = JsonLineRows.Plan(buffer, options, new FindingLog());
                Rows = new JsonInputs(options, lines, Checks(lines, options)).Lines(buffer);
                break;
            case DatasetFormat.Json:
                var document = new JsonDocumentInputs(buffer, options);
                var elements = document.Plan();
                Rows = document.Read(new JsonInputs(options, elements, Checks(elements, options)));
                break;
            case DatasetFormat.Text when options.Delimiter is null && options.TextColumns is null:
                RefusePairs(options, "a .txt file has a text on each line");
                Rows = LineInputs.Read(buffer, new InputChecks(hasPairs: false, "the line", null));
                break;
            default:
                OpenDelimited(buffer, DelimitedPlanner.Plan(buffer, format, options, new FindingLog()), options, asJson);
                break;
        }
    }

    private void OpenDelimited(Utf8Buffer buffer, ReadingPlan plan, ReadingOptions options, bool asJson)
    {
        var header = DelimitedInputs.Header(buffer, plan);
        (Form, Header) = asJson ? (null, []) : (new DelimitedForm(plan.Delimiter, plan.Quoting == Quoting.Backslash), header);
        Rows = DelimitedInputs.Read(buffer, plan, Form, header, Checks(plan, options));
    }

    private static InputChecks Checks(ReadingPlan plan, ReadingOptions options)
    {
        // No plan names a text where the rows are texts themselves.
        if (options.HasPairs == true && plan.Pair is null)
        {
            var there = plan.Text.Count == 0 ? "" : $" Its text is in {Named(plan.Text)}.";
            throw new DatasetRejectedException(
                FindingKind.NoTextColumn, $"The model reads pairs of texts, and the file has no column that is known to hold the second one.{there} Set text_column and text_pair_column in the file's options.");
        }

        return new InputChecks(options.HasPairs == true, plan.Text.Count == 0 ? "the row" : Named(plan.Text), plan.Pair is { } pair ? $"column '{pair.Name}'" : null);
    }

    private static string Named(IReadOnlyList<Column> columns) => string.Join(" and ", columns.Select(c => $"column '{c.Name}'"));

    private static void RefusePairs(ReadingOptions options, string why)
    {
        if (options.HasPairs == true)
            throw new DatasetRejectedException(FindingKind.NoTextColumn, $"The model reads pairs of texts, and {why}. Send a table with two columns of texts.");
    }

    private T Own<T>(T owned) where T : IDisposable
    {
        _owned.Push(owned);
        return owned;
    }
}
