using Pipeline.Core.Tokenization;
using Pipeline.Functions.Serving;

namespace Pipeline.UnitTests.Serving;

public sealed class PaddedBatchTests
{
    [Fact]
    public void Short_texts_are_padded_on_the_right_and_masked()
    {
        var batch = PaddedBatch.Of([new ModelInput([5, 6, 7], null), new ModelInput([8], null)], padTokenId: 9);

        Assert.Equal((2, 3), (batch.Rows, batch.Length));
        Assert.Equal([5, 6, 7, 8, 9, 9], batch.InputIds);
        Assert.Equal([1, 1, 1, 1, 0, 0], batch.AttentionMask);
        Assert.Equal([0, 0, 0, 0, 0, 0], batch.TokenTypeIds);
    }

    [Fact]
    public void Token_types_are_padded_with_zeros()
    {
        var batch = PaddedBatch.Of([new ModelInput([5, 6, 7], [0, 0, 1]), new ModelInput([8, 9], [0, 1])], padTokenId: 9);

        Assert.Equal([0, 0, 1, 0, 1, 0], batch.TokenTypeIds);
    }

    [Fact]
    public void A_text_without_tokens_becomes_one_padding_token_that_is_read()
    {
        var batch = PaddedBatch.Of([new ModelInput([], null)], padTokenId: 9);

        Assert.Equal([9], batch.InputIds);
        Assert.Equal([1], batch.AttentionMask);
    }
}
