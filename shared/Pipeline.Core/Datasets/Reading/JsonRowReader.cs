using System.Text;
using System.Text.Json;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>Takes the chosen columns out of a row that is written as a JSON object, or as an array.</summary>
internal sealed class JsonRowReader(ReadingOptions options, ReadingPlan plan)
{
    private readonly byte[][] _textNames = [.. plan.Text.Select(c => Encoding.UTF8.GetBytes(c.Name))];
    private readonly byte[]? _pairName = plan.Pair is { } pair ? Encoding.UTF8.GetBytes(pair.Name) : null;
    private readonly byte[] _labelName = Encoding.UTF8.GetBytes(plan.Label.Name);
    private readonly string?[] _texts = new string?[plan.Text.Count];
    private readonly LabelReader _labelReader = new(options, plan);
    private string? _pair;
    private IReadOnlyList<string>? _labels;

    /// <summary>Reads a row.</summary>
    /// <param name="json">The whole value and nothing else.</param>
    /// <param name="line">Where it begins.</param>
    /// <returns>Null where it is no row of the plan's kind, or no JSON.</returns>
    public RawRow? Read(ReadOnlySpan<byte> json, long line)
    {
        Array.Clear(_texts);
        (_pair, _labels) = (null, null);
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || !ReadRow(ref reader, line) || reader.Read())
                return null;
        }
        catch (JsonException)
        {
            // The caller notes it as a finding.
            return null;
        }

        return new RawRow(line, _texts.Length == 1 ? _texts[0] ?? "" : JoinedText.Of(_texts), plan.Pair is null ? null : _pair ?? "", _labels);
    }

    private bool ReadRow(ref Utf8JsonReader reader, long line)
    {
        if (reader.TokenType == JsonTokenType.StartObject && !plan.RowsAreArrays)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                ReadProperty(ref reader, line);
            return true;
        }

        if (reader.TokenType != JsonTokenType.StartArray || !plan.RowsAreArrays)
            return false;
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            var text = -1;
            for (var i = 0; i < plan.Text.Count; i++)
                text = plan.Text[i].Index == index ? i : text;
            ReadValue(ref reader, text, plan.Pair?.Index == index, plan.Label.Index == index, line);
        }

        return true;
    }

    private void ReadProperty(ref Utf8JsonReader reader, long line)
    {
        var text = -1;
        for (var i = 0; i < _textNames.Length; i++)
            text = JsonScalar.IsNamed(ref reader, _textNames[i]) ? i : text;
        var isPair = _pairName is not null && JsonScalar.IsNamed(ref reader, _pairName);
        var isLabel = JsonScalar.IsNamed(ref reader, _labelName);
        reader.Read();
        ReadValue(ref reader, text, isPair, isLabel, line);
    }

    private void ReadValue(ref Utf8JsonReader reader, int text, bool isPair, bool isLabel, long line)
    {
        if (text >= 0)
            _texts[text] = JsonScalar.Read(ref reader);
        if (isPair)
            _pair = JsonScalar.Read(ref reader);
        if (!isLabel)
            reader.Skip();
        else if (reader.TokenType == JsonTokenType.StartArray)
            _labels = _labelReader.Of(ReadList(ref reader), line);
        else if (reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped)
            _labels = _labelReader.Read(reader.ValueSpan, line);
        else
        {
            _labels = _labelReader.Read(JsonScalar.Read(ref reader), line);
            reader.Skip();
        }
    }

    private static List<string> ReadList(ref Utf8JsonReader reader)
    {
        var list = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (JsonScalar.Read(ref reader) is { } value)
                list.Add(value);
            reader.Skip();
        }

        return list;
    }
}
