using Parquet;
using Parquet.Schema;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>Rows of a Parquet file, a row group at a time.</summary>
internal sealed class ParquetRows : IDisposable
{
    private readonly ParquetGuard _guard;
    private readonly ParquetWindow _window;
    private readonly ParquetReader _reader;
    private readonly (Column Column, DataField Field)[] _columns;

    private ParquetRows(ParquetGuard guard, ParquetWindow window, ParquetReader reader)
    {
        (_guard, _window, _reader) = (guard, window, reader);
        _columns = [.. reader.Schema.Fields.Select(Field).OfType<DataField>().Where(f => ParquetColumn.CanRead(f.ClrType)).Select((f, i) => (new Column(NameOf(f), i), f))];
    }

    /// <summary>Opens a file.</summary>
    /// <param name="content">Can be read at any place; stays its owner's.</param>
    /// <exception cref="DatasetRejectedException">It is no Parquet file.</exception>
    public static ParquetRows Open(Stream content) => Guard(() =>
    {
        var guard = new ParquetGuard(content);
        var window = new ParquetWindow(content);
        return new ParquetRows(guard, window, ParquetReader.CreateAsync(window, new ParquetOptions { UseDateOnlyTypeForDates = true }, leaveStreamOpen: true).GetAwaiter().GetResult());
    });

    /// <summary>Decides on the columns from their names and the first row group.</summary>
    public ReadingPlan Plan(ReadingOptions options, FindingLog findings)
    {
        var cells = _reader.RowGroupCount == 0 ? [] : Guard(() => Cells(0, [.. _columns.Select(c => c.Column)], Sample.Enough));
        var rows = Enumerable.Range(0, cells.Length == 0 ? 0 : cells[0].Length).Select(i => (IReadOnlyList<Cell>)[.. cells.Select(c => c[i])]);
        var plan = new ReadingPlan();
        var sample = new Sample([.. _columns.Select(c => c.Column.Name)], [.. rows], 1);
        plan = ColumnFinder.Find(sample, options, plan, findings);
        return options.LabelNames is null ? plan with { LabelNames = HuggingFaceLabels.Find(_reader.CustomMetadata, plan.Label.Name) } : plan;
    }

    /// <summary>Reads the rows.</summary>
    public IEnumerable<RawRow> Read(ReadingOptions options, ReadingPlan plan)
    {
        var labels = new LabelReader(options, plan);
        Column[] wanted = [.. plan.Text, .. plan.Pair is { } p ? new[] { p } : [], plan.Label];
        long number = 0;
        for (var group = 0; group < _reader.RowGroupCount; group++)
        {
            var cells = Guard(() => Cells(group, wanted, int.MaxValue));
            for (var i = 0; i < cells[0].Length; i++)
            {
                number++;
                var label = cells[^1][i];
                yield return new RawRow(
                    number,
                    plan.Text.Count == 1 ? cells[0][i].Text ?? "" : JoinedText.Of(cells.Take(plan.Text.Count).Select(c => c[i].Text)),
                    plan.Pair is null ? null : cells[plan.Text.Count][i].Text ?? "",
                    label.List is { } list ? labels.Of(list, number) : labels.Read(label.Text, number));
            }
        }
    }

    /// <summary>The columns, in the order of the file.</summary>
    public IReadOnlyList<Column> Columns => [.. _columns.Select(c => c.Column)];

    /// <summary>Whether a column's values are numbers or truth values, or lists of them.</summary>
    public bool IsPlainValue(Column column) => ParquetColumn.IsPlain(_columns[column.Index].Field.ClrType);

    /// <summary>The rows with all their columns.</summary>
    public IEnumerable<Cell[]> ReadAll()
    {
        for (var group = 0; group < _reader.RowGroupCount; group++)
        {
            var cells = Guard(() => Cells(group, [.. Columns], int.MaxValue));
            for (var i = 0; i < (cells.Length == 0 ? 0 : cells[0].Length); i++)
                yield return Array.ConvertAll(cells, column => column[i]);
        }
    }

    /// <summary>The content stays its owner's.</summary>
    public void Dispose() => _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private Cell[][] Cells(int group, Column[] wanted, int most)
    {
        var pages = _guard.CheckRowGroup(group);
        using var reader = _reader.OpenRowGroupReader(group);
        var rows = (int)Math.Min(checked((int)reader.RowCount), most);
        return [.. wanted.Select(column =>
        {
            var field = _columns[column.Index].Field;
            var (from, to) = pages[field.Path.ToString()];
            _window.Open(from, to);
            var values = ParquetColumn.Read(reader, field);
            var cells = ParquetCells.Of(field, values);
            if (cells.Length != reader.RowCount)
                throw new InvalidDataException($"The column '{column.Name}' has {cells.Length} of {reader.RowCount} rows.");
            return cells.Length == rows ? cells : cells[..rows];
        })];
    }

    // A column of values, or a list of them; other nested fields are no columns.
    private static DataField? Field(Field field) => field switch
    {
        DataField data => data,
        ListField { Item: DataField item } => item,
        _ => null,
    };

    private static string NameOf(DataField field) => field.Path.FirstPart ?? field.Name;

    // The content is in memory or a local file, so what goes wrong is the file's fault.
    private static T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is not (DatasetRejectedException or OutOfMemoryException))
        {
            throw new DatasetRejectedException(FindingKind.DamagedParquet, e.Message, null, e);
        }
    }
}
