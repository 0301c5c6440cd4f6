using CsCheck;
using Pipeline.Core.Shards;

namespace Pipeline.UnitTests.Shards;

public class TokenShardTests
{
    private static readonly Gen<TokenizedExample> Example =
        Gen.Select(Gen.Int.Array[0, 50], Gen.Int[0, 9], Gen.Long[1, long.MaxValue], (ids, label, row) => new TokenizedExample(ids, label, row));

    private static async Task<byte[]> WriteAsync(IEnumerable<TokenizedExample> examples)
    {
        using var stream = new MemoryStream();
        await using (var writer = new TokenShardWriter(stream))
        {
            foreach (var example in examples)
                await writer.WriteAsync(example);
        }

        return stream.ToArray();
    }

    private static async Task<List<TokenizedExample>> ReadAsync(byte[] shard)
    {
        using var stream = new MemoryStream(shard);
        return await TokenShardReader.ReadAsync(stream).ToListAsync();
    }

    private static void AssertSame(IReadOnlyList<TokenizedExample> expected, IReadOnlyList<TokenizedExample> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].InputIds, actual[i].InputIds);
            Assert.Equal((expected[i].Label, expected[i].Row), (actual[i].Label, actual[i].Row));
        }
    }

    [Fact]
    public Task What_is_written_is_read_back() =>
        Example.List[0, 30].SampleAsync(async examples => AssertSame(examples, await ReadAsync(await WriteAsync(examples))));

    [Fact]
    public async Task Many_and_long_examples_are_read_back_over_several_batches()
    {
        List<TokenizedExample> examples =
            [.. Enumerable.Range(0, 3_000).Select(i => new TokenizedExample([.. Enumerable.Repeat(i, i % 400)], i % 3, i + 1))];
        examples.Insert(1_500, new TokenizedExample(new int[600_000], 0, 9_999));

        AssertSame(examples, await ReadAsync(await WriteAsync(examples)));
    }

    [Fact]
    public async Task The_same_examples_give_the_same_bytes()
    {
        TokenizedExample[] examples = [new([1, 2], 0, 1), new([], 1, 2)];

        Assert.Equal(await WriteAsync(examples), await WriteAsync(examples));
    }

    [Fact]
    public async Task A_shard_cut_short_anywhere_is_an_error_and_not_a_shorter_shard()
    {
        var shard = await WriteAsync(Enumerable.Range(0, 2_000).Select(i => new TokenizedExample([i, i, i], 0, i)));
        foreach (var length in (int[])[0, 1, 4, 100, 1_000, shard.Length / 2, shard.Length - 9, shard.Length - 8, shard.Length - 4, shard.Length - 1])
            await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(shard[..length]));
    }

    [Fact]
    public async Task Something_else_is_not_taken_for_a_shard() =>
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync("text,label\nhello,a\nhello,a\nhello,a\n"u8.ToArray()));
}
