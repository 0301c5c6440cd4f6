using System.Text.Json;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>
/// Walks over the rows of one JSON document: the items of its arrays, one at a time. What lies elsewhere is passed over.
/// Memory does not grow with the document.
/// </summary>
internal sealed class JsonElements(Utf8Buffer buffer, RecordPaths? wanted)
{
    // Where rows lie in documents that come without the option; properties named after splits are taken too.
    private static readonly string[] Usual = ["data", "rows", "examples", "records", "items"];

    private readonly List<string> _path = [];
    private readonly HashSet<string> _found = [];
    private readonly List<string> _seen = [];
    private JsonReaderState _state;
    private bool _started;
    private bool _inRows;
    private int _length;

    /// <summary>The current row as JSON; gone after the next call of <see cref="Read"/>.</summary>
    public ReadOnlySpan<byte> Current => buffer.Available[.._length];

    /// <summary>The line that the current row begins on.</summary>
    public long Line { get; private set; }

    /// <summary>The split that its array belongs to.</summary>
    public Split? Split { get; private set; }

    /// <summary>Goes to the next row.</summary>
    /// <returns>False at the end of the document.</returns>
    /// <exception cref="DatasetRejectedException">The document is damaged, or has no rows where they should be.</exception>
    public bool Read()
    {
        buffer.Consume(_length);
        _length = 0;
        try
        {
            while (true)
            {
                if (_inRows && NextRow())
                    return true;
                if (!NextArray())
                    break;
            }
        }
        catch (JsonException e)
        {
            if (!_started && buffer.Available.Trim(" \t\r\n"u8).IsEmpty)
                throw new DatasetRejectedException(FindingKind.EmptyFile, "The file is empty.", null, e);
            throw Damaged(e.Message, e);
        }

        CheckFound();
        return false;
    }

    // The next item of the array.
    private bool NextRow()
    {
        while (true)
        {
            var reader = new Utf8JsonReader(buffer.Available, buffer.HasAll, _state);
            if (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.EndArray)
                {
                    Take(ref reader);
                    _inRows = false;
                    Leave();
                    return false;
                }

                var start = (int)reader.TokenStartIndex;
                if (reader.TrySkip())
                {
                    _state = reader.CurrentState;
                    var end = (int)reader.BytesConsumed;
                    buffer.Consume(start);
                    (Line, _length) = (buffer.Line, end - start);
                    return true;
                }
            }

            More();
        }
    }

    // Goes on to the beginning of an array with rows.
    private bool NextArray()
    {
        while (Token(out var type, out var name))
        {
            switch (type)
            {
                case JsonTokenType.PropertyName:
                    _path.Add(name!);
                    break;
                case JsonTokenType.StartArray when Matches():
                    _inRows = true;
                    return true;
                case JsonTokenType.StartObject when _path.Count == 0 || LeadsOn():
                    break;
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    SkipRest();
                    Leave();
                    break;
                default:
                    Leave();
                    break;
            }
        }

        return false;
    }

    private bool Matches()
    {
        var here = Here();
        if (wanted is null)
        {
            Split = SplitNames.Find(here);
            var isUsual = here.Length == 0 || Split is not null || Usual.Contains(here, StringComparer.OrdinalIgnoreCase);
            if (isUsual)
                _found.Add(here);
            return isUsual;
        }

        foreach (var (path, split) in wanted.Paths)
        {
            if (path == here)
            {
                _found.Add(here);
                Split = split;
                return true;
            }
        }

        return false;
    }

    private bool LeadsOn()
    {
        var here = Here() + ".";
        return wanted?.Paths.Any(p => p.Path.StartsWith(here, StringComparison.Ordinal)) == true;
    }

    private string Here() => string.Join('.', _path);

    // A value has ended, and with it the property that it belongs to.
    private void Leave()
    {
        if (_path.Count == 0)
            return;
        if (_path.Count == 1 && _seen.Count < 20)
            _seen.Add(_path[0]);
        _path.RemoveAt(_path.Count - 1);
    }

    private bool Token(out JsonTokenType type, out string? name)
    {
        while (true)
        {
            var reader = new Utf8JsonReader(buffer.Available, buffer.HasAll, _state);
            if (reader.Read())
            {
                _started = true;
                type = reader.TokenType;
                name = type == JsonTokenType.PropertyName ? JsonScalar.Name(ref reader) : null;
                Take(ref reader);
                return true;
            }

            if (buffer.HasAll)
            {
                (type, name) = (JsonTokenType.None, null);
                return false;
            }

            More();
        }
    }

    // Passes over the rest of an array or object that has just begun.
    private void SkipRest()
    {
        var depth = 1;
        while (depth > 0)
        {
            var reader = new Utf8JsonReader(buffer.Available, buffer.HasAll, _state);
            while (depth > 0 && reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                    depth++;
                else if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
                    depth--;
            }

            Take(ref reader);
            if (depth > 0)
                More();
        }
    }

    private void Take(ref Utf8JsonReader reader)
    {
        _state = reader.CurrentState;
        buffer.Consume((int)reader.BytesConsumed);
    }

    private void More()
    {
        if (buffer.Available.Length > Utf8Buffer.LongestRecord)
            throw Damaged($"A row is longer than {Utf8Buffer.LongestRecord >> 20} MB.", null);
        buffer.More();
    }

    private void CheckFound()
    {
        var missing = wanted?.Paths.Select(p => p.Path).Where(p => !_found.Contains(p)).ToArray() ?? [];
        if (missing.Length > 0 || _found.Count == 0)
        {
            throw new DatasetRejectedException(
                FindingKind.NoRecords,
                (missing.Length > 0 ? $"There is no array at {string.Join(", ", missing.Select(m => $"'{m}'"))}. " : "")
                + (_seen.Count > 0 ? $"The document's properties are: {string.Join(", ", _seen.Select(s => $"'{s}'"))}." : "The document is neither array nor object."));
        }
    }

    private DatasetRejectedException Damaged(string message, JsonException? e) =>
        new(FindingKind.DamagedJson, message, buffer.Line + (e?.LineNumber is { } line && e.LineNumber > 0 && buffer.Line == 1 ? line : 0), e);
}
