using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using CsCheck;
using Pipeline.Core;
using Pipeline.Core.Shards;

namespace Pipeline.UnitTests.Shards;

public sealed class TokenShardTests
{
    private static readonly Gen<TokenShardLayout> Layout = Gen.Select(
        Gen.Enum<ProblemType>(), Gen.Bool, (problem, pairs) => new TokenShardLayout(problem, pairs));

    private static Gen<TokenizedExample> Example(TokenShardLayout layout) => Gen.Select(
        Gen.Int.Array[0, 50],
        layout.HasPairs ? Gen.Int.Array[0, 50].Select(ids => (int[]?)ids) : Gen.Const((int[]?)null),
        layout.IsMultiLabel ? Gen.Int[0, 9].Array[0, 4] : layout.IsRegression ? Gen.Const<int[]>([]) : Gen.Int[0, 9].Array[1],
        Gen.Long[1, long.MaxValue],
        layout.IsRegression ? Gen.Float[-1e9f, 1e9f].Select(number => (float?)number) : Gen.Const((float?)null),
        (ids, pair, labels, row, target) => new TokenizedExample(ids, pair, labels, row, target));

    private static TokenizedExample Single(int[] ids, int label, long row) => new(ids, null, [label], row);

    private static async Task<byte[]> WriteAsync(IEnumerable<TokenizedExample> examples, TokenShardLayout? layout = null)
    {
        using var stream = new MemoryStream();
        await using (var writer = new TokenShardWriter(stream, layout))
        {
            foreach (var example in examples)
                await writer.WriteAsync(example);
        }

        return stream.ToArray();
    }

    private static async Task<List<TokenizedExample>> ReadAsync(byte[] shard, TokenShardLayout? expected = null)
    {
        using var stream = new MemoryStream(shard);
        return await TokenShardReader.ReadAsync(stream, expected).ToListAsync();
    }

    private static void AssertSame(IReadOnlyList<TokenizedExample> expected, IReadOnlyList<TokenizedExample> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].InputIds, actual[i].InputIds);
            Assert.Equal(expected[i].PairInputIds, actual[i].PairInputIds);
            Assert.Equal(expected[i].Labels, actual[i].Labels);
            Assert.Equal(expected[i].Row, actual[i].Row);
            Assert.Equal(expected[i].Target, actual[i].Target);
        }
    }

    [Fact]
    public Task What_is_written_is_read_back_with_pairs_and_with_any_number_of_labels_or_a_number() =>
        Layout.SelectMany(layout => Example(layout).List[0, 30].Select(examples => (layout, examples)))
            .SampleAsync(async c => AssertSame(c.examples, await ReadAsync(await WriteAsync(c.examples, c.layout), c.layout)));

    [Fact]
    public async Task Many_and_long_examples_are_read_back_over_several_batches()
    {
        List<TokenizedExample> examples =
            [.. Enumerable.Range(0, 3_000).Select(i => Single([.. Enumerable.Repeat(i, i % 400)], i % 3, i + 1))];
        examples.Insert(1_500, Single(new int[600_000], 0, 9_999));

        AssertSame(examples, await ReadAsync(await WriteAsync(examples)));
    }

    [Fact]
    public async Task The_same_examples_give_the_same_bytes()
    {
        TokenizedExample[] examples = [Single([1, 2], 0, 1), Single([], 1, 2)];

        Assert.Equal(await WriteAsync(examples), await WriteAsync(examples));
    }

    [Fact]
    public async Task A_shard_cut_short_anywhere_is_an_error_and_not_a_shorter_shard()
    {
        var shard = await WriteAsync(Enumerable.Range(0, 2_000).Select(i => Single([i, i, i], 0, i)));
        foreach (var length in (int[])[0, 1, 4, 100, 1_000, shard.Length / 2, shard.Length - 9, shard.Length - 8, shard.Length - 4, shard.Length - 1])
            await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(shard[..length]));
    }

    [Fact]
    public async Task Something_else_is_not_taken_for_a_shard() =>
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync("text,label\nhello,a\nhello,a\nhello,a\n"u8.ToArray()));

    [Fact]
    public async Task A_shard_of_another_layout_is_an_error_that_names_both()
    {
        var shard = await WriteAsync([new([1], [2], [], 1)], new TokenShardLayout(ProblemType.MultiLabelClassification, HasPairs: true));

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(shard, new TokenShardLayout()));

        Assert.Contains("pair_input_ids: list<int32>, labels: list<int32>", error.Message, StringComparison.Ordinal);
        Assert.Contains("input_ids: list<int32>, label: int32, row: int64", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_arrow_file_with_other_columns_is_an_error_that_names_them()
    {
        using var stream = new MemoryStream();
        var schema = new Schema([new Field("input_ids", Int32Type.Default, nullable: false)], metadata: null);
        using (var writer = new ArrowStreamWriter(stream, schema, leaveOpen: true))
        {
            using var batch = new RecordBatch(schema, [new Int32Array.Builder().Append(1).Build()], 1);
            await writer.WriteRecordBatchAsync(batch, TestContext.Current.CancellationToken);
            await writer.WriteEndAsync(TestContext.Current.CancellationToken);
        }

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(stream.ToArray()));

        Assert.Contains("but input_ids: int32.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_example_that_does_not_fit_the_layout_is_refused_when_it_is_written()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync([new([1], [2], [0], 1)]));
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync([new([1], null, [], 1)]));
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync([new([1], null, [0], 1)], new TokenShardLayout(HasPairs: true)));
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync([new([1], null, [0], 1, 2.5f)]));
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync([new([1], null, [], 1)], new TokenShardLayout(ProblemType.Regression)));
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync([new([1], null, [0], 1, 2.5f)], new TokenShardLayout(ProblemType.Regression)));
    }
}
