using System.Globalization;
using System.Text;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>Makes labels of a label field. Labels that were seen before are not made again.</summary>
internal sealed class LabelReader(ReadingOptions options, ReadingPlan plan)
{
    private const int LargestCache = 20_000;

    private readonly Dictionary<string, IReadOnlyList<string>> _known = new(StringComparer.Ordinal);
    private readonly char[] _text = new char[256];

    /// <summary>The labels in a field; null where it is empty and the dataset has one label a row.</summary>
    /// <exception cref="DatasetRejectedException">A number has no name.</exception>
    public IReadOnlyList<string>? Read(ReadOnlySpan<byte> field, long line)
    {
        if (field.Length > _text.Length)
            return Read(Encoding.UTF8.GetString(field), line);
        var length = Encoding.UTF8.GetChars(field, _text);
        var known = _known.GetAlternateLookup<ReadOnlySpan<char>>();
        return known.TryGetValue(_text.AsSpan(0, length), out var labels) ? labels : Read(new string(_text, 0, length), line);
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, long)"/>
    public IReadOnlyList<string>? Read(string? field, long line)
    {
        if (field is null)
            return null;
        if (_known.TryGetValue(field, out var known))
            return known;
        var labels = Of(Parts(field), line);
        if (labels.Count == 0 && !(IsMulti && (plan.LabelIsList || options.LabelSeparator is not null)))
            return null;
        if (_known.Count < LargestCache)
            _known.Add(field, labels);
        return labels;
    }

    /// <summary>The labels of a list.</summary>
    public IReadOnlyList<string> Of(IEnumerable<string> labels, long line) =>
        [.. labels.Select(l => Name(l.Trim(), line).Trim()).Where(l => l.Length > 0).Distinct(StringComparer.Ordinal)];

    private bool IsMulti => plan.ProblemType == ProblemType.MultiLabelClassification;

    private IEnumerable<string> Parts(string field)
    {
        if (plan.LabelIsList && field.Trim() is ['[', .., ']'] list)
            return BracketList.Parse(list);
        return options.LabelSeparator is { } separator ? field.Split(separator) : [field];
    }

    private string Name(string label, long line)
    {
        if (options.LabelUntil is { } until && label.IndexOf(until, StringComparison.Ordinal) is >= 0 and var end)
            label = label[..end].TrimEnd();
        if ((options.LabelNames ?? plan.LabelNames) is not { } names || label.Length == 0 || plan.ProblemType == ProblemType.Regression)
            return label;
        if (!long.TryParse(label, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return names.Contains(label) ? label : throw OutOfRange(label, names, line);
        var index = number - plan.FirstLabelNumber;
        return index >= 0 && index < names.Count ? names[(int)index] : throw OutOfRange(label, names, line);
    }

    private DatasetRejectedException OutOfRange(string label, NameList names, long line) =>
        new(FindingKind.LabelOutOfRange,
            $"The label is '{(label.Length > 50 ? label[..50] + "…" : label)}'; there are {names.Count} label names, counted from {plan.FirstLabelNumber} as the first rows have it.", line);
}
