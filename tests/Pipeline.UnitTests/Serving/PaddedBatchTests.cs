using Pipeline.Functions.Serving;

namespace Pipeline.UnitTests.Serving;

public sealed class PaddedBatchTests
{
    [Fact]
    public void Short_texts_are_padded_on_the_right_and_masked()
    {
        var batch = PaddedBatch.Of([[5, 6, 7], [8]], padTokenId: 9);

        Assert.Equal((2, 3), (batch.Rows, batch.Length));
        Assert.Equal([5, 6, 7, 8, 9, 9], batch.InputIds);
        Assert.Equal([1, 1, 1, 1, 0, 0], batch.AttentionMask);
    }

    [Fact]
    public void A_text_without_tokens_becomes_one_padding_token_that_is_read()
    {
        var batch = PaddedBatch.Of([[]], padTokenId: 9);

        Assert.Equal([9], batch.InputIds);
        Assert.Equal([1], batch.AttentionMask);
    }
}
