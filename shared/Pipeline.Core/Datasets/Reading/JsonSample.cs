using System.Text.Json;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>The first JSON rows with all of their columns.</summary>
internal sealed class JsonSample
{
    private readonly OrderedDictionary<string, int> _names = new(StringComparer.Ordinal);
    private readonly List<Cell[]> _objects = [];
    private readonly List<Cell[]> _arrays = [];
    private long _line;

    /// <summary>Number of rows.</summary>
    public int Count => _objects.Count + _arrays.Count;

    /// <summary>Adds a row; what is no row is passed over, since reading notes it.</summary>
    public void Add(ReadOnlySpan<byte> json, long line)
    {
        if (_line == 0)
            _line = line;
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read())
                return;
            if (reader.TokenType == JsonTokenType.StartObject)
                AddObject(ref reader);
            else if (reader.TokenType == JsonTokenType.StartArray)
                AddArray(ref reader);
        }
        catch (JsonException)
        {
            // Reading notes it with its line.
        }
    }

    /// <summary>The plan with columns that are names of properties or, where most rows are arrays, places in them.</summary>
    public ReadingPlan Find(ReadingOptions options, FindingLog findings)
    {
        var areArrays = _arrays.Count > _objects.Count;
        return ColumnFinder.Find(
            new Sample(areArrays ? null : [.. _names.Keys], areArrays ? _arrays : _objects, _line),
            options, new ReadingPlan { RowsAreArrays = areArrays }, findings);
    }

    private void AddObject(ref Utf8JsonReader reader)
    {
        var cells = new List<Cell>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonScalar.Name(ref reader);
            if (!_names.TryGetValue(name, out var index))
                _names.Add(name, index = _names.Count);
            while (cells.Count <= index)
                cells.Add(default);
            reader.Read();
            cells[index] = ReadCell(ref reader);
        }

        _objects.Add([.. cells]);
    }

    private void AddArray(ref Utf8JsonReader reader)
    {
        var cells = new List<Cell>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            cells.Add(ReadCell(ref reader));
        _arrays.Add([.. cells]);
    }

    private static Cell ReadCell(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            var cell = new Cell(JsonScalar.Read(ref reader));
            reader.Skip();
            return cell;
        }

        var list = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (JsonScalar.Read(ref reader) is { } item)
                list.Add(item);
            reader.Skip();
        }

        return new Cell(null, list);
    }
}
