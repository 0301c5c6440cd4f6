using Apache.Arrow;
using Apache.Arrow.Types;

namespace Pipeline.Core.Shards;

/// <summary>
/// Which columns a shard has: <c>input_ids: list&lt;int32&gt;</c>, for pairs <c>pair_input_ids: list&lt;int32&gt;</c>,
/// <c>label: int32</c>, for several labels <c>labels: list&lt;int32&gt;</c> or for numbers <c>label: float</c> (32 bits), and <c>row: int64</c>; none of them null.
/// </summary>
/// <param name="ProblemType">One label an example, any number of them, or a number.</param>
/// <param name="HasPairs">Whether every example has a second text.</param>
public sealed record TokenShardLayout(ProblemType ProblemType = ProblemType.SingleLabelClassification, bool HasPairs = false)
{
    internal const string InputIds = "input_ids";
    internal const string PairInputIds = "pair_input_ids";
    internal const string Label = "label";
    internal const string Labels = "labels";
    internal const string Row = "row";

    internal static ListType Int32List { get; } = new(new Field("item", Int32Type.Default, nullable: false));

    /// <summary>True where an example may have any number of labels.</summary>
    public bool IsMultiLabel => ProblemType == ProblemType.MultiLabelClassification;

    /// <summary>True where an example has a number in place of labels.</summary>
    public bool IsRegression => ProblemType == ProblemType.Regression;

    internal Schema Schema => new([.. Fields()], metadata: null);

    // A stranger's file is no shard of fewer columns: every column of the layout must be there, and no other.
    internal static TokenShardLayout Of(Schema schema)
    {
        var has = schema.FieldsList.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        var layout = new TokenShardLayout(
            has.Contains(Labels) ? ProblemType.MultiLabelClassification
            : schema.FieldsList.Any(f => f is { Name: Label, DataType: FloatType }) ? ProblemType.Regression
            : ProblemType.SingleLabelClassification,
            has.Contains(PairInputIds));
        var (expected, actual) = (layout.Schema.FieldsList.Select(Describe).ToArray(), schema.FieldsList.Select(Describe).ToArray());
        return actual.SequenceEqual(expected)
            ? layout
            : throw new InvalidDataException($"The shard's columns are not {string.Join(", ", expected)} but {string.Join(", ", actual)}.");
    }

    internal string Describe() => string.Join(", ", Schema.FieldsList.Select(Describe));

    private static string Describe(Field field) =>
        $"{field.Name}: {(field.DataType is ListType list ? $"list<{list.ValueDataType.Name}>" : field.DataType.Name)}";

    private IEnumerable<Field> Fields()
    {
        yield return new Field(InputIds, Int32List, nullable: false);
        if (HasPairs)
            yield return new Field(PairInputIds, Int32List, nullable: false);
        yield return IsMultiLabel
            ? new Field(Labels, Int32List, nullable: false)
            : new Field(Label, IsRegression ? FloatType.Default : Int32Type.Default, nullable: false);
        yield return new Field(Row, Int64Type.Default, nullable: false);
    }
}
