namespace Pipeline.Core.Datasets.Reading;

/// <summary>The rows of a dataset with the plan they are read by, whatever its format.</summary>
internal sealed class RowSource : IDisposable
{
    private readonly Stack<IDisposable> _owned = new();

    private RowSource()
    {
    }

    /// <summary>How the rows are read.</summary>
    public ReadingPlan Plan { get; private set; } = new();

    /// <summary>The rows, once.</summary>
    public IEnumerable<RawRow> Rows { get; private set; } = [];

    /// <summary>Opens a dataset and decides how it is read.</summary>
    public static RowSource Open(Stream content, DatasetFile file, ReadingOptions options, FindingLog findings)
    {
        var source = new RowSource();
        try
        {
            source.OpenFormat(file.IsGzipped ? source.Own(new GunzippedStream(content)) : content, file.Format, options, findings);
            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Frees what reading needs; the content stays its owner's.</summary>
    public void Dispose()
    {
        while (_owned.TryPop(out var owned))
            owned.Dispose();
    }

    private void OpenFormat(Stream content, DatasetFormat format, ReadingOptions options, FindingLog findings)
    {
        switch (format)
        {
            case DatasetFormat.Parquet:
                var parquet = Own(ParquetRows.Open(Own(SeekableContent.Of(content)).Stream));
                Plan = options.Plan ?? parquet.Plan(options, findings);
                Rows = parquet.Read(options, Plan);
                return;
            case DatasetFormat.Zip or DatasetFormat.Tar:
                Plan = options.Plan ?? new ReadingPlan { ProblemType = options.ProblemType ?? default };
                IArchive archive = format == DatasetFormat.Zip ? new ZipFiles(Own(SeekableContent.Of(content)).Stream) : new TarFiles(content);
                Rows = FolderRows.Read(Own(archive), options, Plan, findings);
                return;
        }

        var buffer = Own(new Utf8Buffer(TextStart.Open(content, options.Encoding)));
        switch (format)
        {
            case DatasetFormat.Jsonl:
                Plan = options.Plan ?? JsonLineRows.Plan(buffer, options, findings);
                Rows = JsonLineRows.Read(buffer, options, Plan, findings);
                break;
            case DatasetFormat.Json:
                var document = new JsonDocumentRows(buffer, options);
                Plan = options.Plan ?? document.Plan(findings);
                Rows = document.Read(Plan, findings);
                break;
            case DatasetFormat.Text:
                Plan = options.Plan ?? TextLinePlanner.Plan(buffer, options, findings);
                Rows = TextLineRows.Read(buffer, options, Plan, findings);
                break;
            default:
                Plan = options.Plan ?? DelimitedPlanner.Plan(buffer, format, options, findings);
                Rows = DelimitedRows.Read(buffer, options, Plan, findings);
                break;
        }
    }

    private T Own<T>(T owned) where T : IDisposable
    {
        _owned.Push(owned);
        return owned;
    }
}
