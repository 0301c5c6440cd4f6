using Apache.Arrow;
using Apache.Arrow.Types;

namespace Pipeline.Core.Shards;

/// <summary>The columns of a shard: <c>input_ids: list&lt;int32&gt;</c>, <c>label: int32</c>, <c>row: int64</c>, none of them null.</summary>
internal static class TokenShardSchema
{
    public static ListType InputIds { get; } = new(new Field("item", Int32Type.Default, nullable: false));

    public static Schema Value { get; } = new(
        [
            new Field("input_ids", InputIds, nullable: false),
            new Field("label", Int32Type.Default, nullable: false),
            new Field("row", Int64Type.Default, nullable: false),
        ],
        metadata: null);
}
