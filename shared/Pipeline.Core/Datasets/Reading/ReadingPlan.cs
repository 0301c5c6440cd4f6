using System.Text.Json.Serialization;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>A column of a dataset.</summary>
/// <param name="Name">Its name; in a file without names its number, from 1.</param>
/// <param name="Index">Its place in a record, from 0.</param>
public sealed record Column(string Name, int Index);

/// <summary>
/// How a dataset is read, with everything decided. It is made from the first rows, and every part of the dataset is read with the same one,
/// so that parts that are read apart fit together.
/// </summary>
public sealed record ReadingPlan
{
    /// <summary>The columns whose texts are joined.</summary>
    public IReadOnlyList<Column> Text { get; set; } = [];

    /// <summary>The column with the second text; null in a dataset of single texts.</summary>
    public Column? Pair { get; init; }

    /// <summary>The column with the label or labels.</summary>
    public Column Label { get; set; } = new("label", 0);

    /// <summary>One label a row, any number of them, or a number to be predicted.</summary>
    public ProblemType ProblemType { get; init; }

    /// <summary>Whether a label field holds a list in brackets.</summary>
    public bool LabelIsList { get; init; }

    /// <summary>Names for labels that are numbers, which the file itself has.</summary>
    public NameList? LabelNames { get; init; }

    /// <summary>The number of the first label name, 0 or 1, where label names are given.</summary>
    public int FirstLabelNumber { get; init; }

    /// <summary>JSON: whether a row is an array of its columns, not an object.</summary>
    public bool RowsAreArrays { get; init; }

    /// <summary>Delimited text: what stands between fields.</summary>
    public char Delimiter { get; set; } = ',';

    /// <summary>Delimited text: whether the content begins with a record of names. Off for every part but the first.</summary>
    public bool HasHeader { get; init; }

    /// <summary>Delimited text: fields of a record.</summary>
    public int FieldCount { get; init; }

    /// <summary>Delimited text: what quotes mean.</summary>
    public Quoting Quoting { get; init; }

    /// <summary>A <c>.txt</c> file: how a line holds label and text.</summary>
    public LineStyle LineStyle { get; init; }
}

/// <summary>How a line of a <c>.txt</c> file holds label and text.</summary>
[JsonConverter(typeof(SnakeCaseEnum<LineStyle>))]
public enum LineStyle
{
    /// <summary>The first word is the label.</summary>
    FirstWord,

    /// <summary>Words that begin with <c>__label__</c> are labels, as fastText has it.</summary>
    FastText,

    /// <summary>Fields, with a delimiter between them.</summary>
    Delimited,
}
