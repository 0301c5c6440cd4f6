using CsCheck;
using Pipeline.Core.Tokenization;

namespace Pipeline.UnitTests.Tokenization;

public class SpecialTokenTemplateTests
{
    [Fact]
    public void BERT_puts_two_texts_between_its_tokens_with_types_0_and_1()
    {
        var bert = SpecialTokenTemplate.Bert(cls: 101, sep: 102);

        var pair = bert.Build([1, 2], [3], 16);
        Assert.Equal([101, 1, 2, 102, 3, 102], pair.InputIds);
        Assert.Equal([0, 0, 0, 0, 1, 1], pair.TokenTypeIds!);
        var single = bert.Build([1, 2], null, 16);
        Assert.Equal([101, 1, 2, 102], single.InputIds);
        Assert.Equal([0, 0, 0, 0], single.TokenTypeIds!);
    }

    [Fact]
    public void RoBERTa_puts_two_tokens_between_the_texts_and_knows_no_types()
    {
        var pair = SpecialTokenTemplate.Roberta(cls: 0, sep: 2).Build([5], [6, 7], 16);

        Assert.Equal([0, 5, 2, 2, 6, 7, 2], pair.InputIds);
        Assert.Null(pair.TokenTypeIds);
    }

    [Fact]
    public void GPT_2_puts_the_end_of_text_between_two_texts_and_nothing_around_one()
    {
        var gpt = SpecialTokenTemplate.Gpt(endOfText: 9);

        Assert.Equal([1, 2, 9, 3], gpt.Build([1, 2], [3], 16).InputIds);
        Assert.Equal([1, 2], gpt.Build([1, 2, 3], null, 2).InputIds);
        Assert.Empty(gpt.Build([], null, 2).InputIds);
    }

    // Lengths as Hugging Face's `tokenizers` cuts them.
    [Theory]
    [InlineData(3, 9, 8, 3, 5)]
    [InlineData(9, 3, 8, 5, 3)]
    [InlineData(9, 9, 8, 4, 4)]
    [InlineData(9, 9, 7, 3, 4)]
    [InlineData(9, 8, 7, 3, 4)]
    [InlineData(9, 7, 7, 4, 3)]
    [InlineData(9, 3, 7, 4, 3)]
    [InlineData(3, 4, 8, 3, 4)]
    [InlineData(9, 9, 0, 0, 0)]
    public void The_longer_text_of_a_pair_is_cut_first(int first, int second, int room, int keptOfFirst, int keptOfSecond)
    {
        var ids = SpecialTokenTemplate.Gpt(endOfText: 9).Build(Enumerable.Repeat(1, first).ToArray(), [.. Enumerable.Repeat(2, second)], room + 1).InputIds;

        Assert.Equal([.. Enumerable.Repeat(1, keptOfFirst), 9, .. Enumerable.Repeat(2, keptOfSecond)], ids);
    }

    [Fact]
    public void What_is_cut_always_fits_and_the_special_tokens_are_never_cut() =>
        Gen.Select(Gen.Int[0, 30], Gen.Int[0, 30], Gen.Int[3, 40]).Sample((first, second, maxLength) =>
        {
            var input = SpecialTokenTemplate.Bert(101, 102).Build(new int[first], new int[second], maxLength);

            Assert.Equal(Math.Min(maxLength, first + second + 3), input.InputIds.Length);
            Assert.Equal(2, input.InputIds.Count(id => id == 102));
            Assert.Equal(input.InputIds.Length, input.TokenTypeIds!.Length);
        });

    [Fact]
    public void A_length_without_room_for_the_special_tokens_is_an_error() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SpecialTokenTemplate.Bert(101, 102).Build([1], [2], 2));
}
