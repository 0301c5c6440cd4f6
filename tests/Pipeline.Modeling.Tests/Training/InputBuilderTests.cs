using Pipeline.Core.Tokenization;
using Pipeline.Trainer.Data;

namespace Pipeline.Modeling.Tests.Training;

public sealed class InputBuilderTests
{
    private const int Pad = 999, End = 1_000;
    private static readonly InputBuilder Gpt = new(SpecialTokenTemplate.Gpt(End), maxLength: 10, Pad);
    private static readonly Example Short = new([1, 2, 3], null, [0]);
    private static readonly Example Long = new([.. Enumerable.Range(0, 100)], null, [1]);

    [Fact]
    public void A_text_is_read_from_its_beginning_and_an_empty_one_is_a_pad_token()
    {
        Assert.Equal([1, 2, 3], Gpt.Build(Short).InputIds);
        Assert.Equal(Enumerable.Range(0, 10), Gpt.Build(Long).InputIds);
        Assert.Equal([Pad], Gpt.Build(new Example([], null, [0])).InputIds);
        Assert.Equal(Enumerable.Range(0, 10), Gpt.BuildVaried(Long, 0, 0, new Random(1)).InputIds);
    }

    [Fact]
    public void Windows_lie_anywhere_in_the_text_and_the_seed_fixes_them()
    {
        var starts = Enumerable.Range(0, 2_000).Select(seed => Gpt.BuildVaried(Long, 1, 0, new Random(seed)).InputIds).ToList();

        Assert.All(starts, ids => Assert.Equal(Enumerable.Range(ids[0], 10), ids));
        Assert.Equal((0, 90), (starts.Min(ids => ids[0]), starts.Max(ids => ids[0])));
        Assert.Equal(starts[7], Gpt.BuildVaried(Long, 1, 0, new Random(7)).InputIds);
    }

    [Fact]
    public void The_probability_is_the_share_of_windows()
    {
        var beginnings = Enumerable.Range(0, 2_000).Count(seed => Gpt.BuildVaried(Long, 0.5, 0, new Random(seed)).InputIds[0] == 0);

        Assert.InRange(beginnings, 900, 1_150);
    }

    [Fact]
    public void Blanking_spares_the_special_tokens()
    {
        var bert = new InputBuilder(SpecialTokenTemplate.Bert(101, 102), maxLength: 10, Pad);

        var input = bert.BuildVaried(new Example([1, 2, 3], [4, 5], [0]), 0, blankProbability: 1, new Random(1));

        Assert.Equal([101, Pad, Pad, Pad, 102, Pad, Pad, 102], input.InputIds);
        Assert.Equal([0, 0, 0, 0, 0, 1, 1, 1], input.TokenTypeIds!);
    }

    [Theory]
    [InlineData(3, null), InlineData(100, null), InlineData(0, null), InlineData(3, 4), InlineData(50, 2)]
    public void The_length_of_an_input_is_known_without_building_it(int tokens, int? pairTokens)
    {
        var example = new Example(new int[tokens], pairTokens is { } n ? new int[n] : null, [0]);
        foreach (var template in (SpecialTokenTemplate[])[SpecialTokenTemplate.Gpt(End), SpecialTokenTemplate.Bert(101, 102), SpecialTokenTemplate.Roberta(0, 2)])
        {
            var builder = new InputBuilder(template, 12, Pad);
            Assert.Equal(builder.Build(example).InputIds.Length, builder.LengthOf(example));
        }
    }

    [Fact]
    public void A_batch_is_padded_on_the_right_to_its_longest_input()
    {
        var batch = Batch.Of([new ModelInput([1, 2, 3], [0, 0, 1]), new ModelInput([4], [0])], [[0], [1, 2]], Pad);

        Assert.Equal([1, 2, 3, 4, Pad, Pad], batch.InputIds);
        Assert.Equal([0, 0, 1, 0, 0, 0], batch.TokenTypeIds!);
        Assert.Equal([3, 1], batch.Lengths);
        Assert.Equal([[0], [1, 2]], batch.Labels);
        Assert.Null(Batch.Of([new ModelInput([1], null)], [[0]], Pad).TokenTypeIds);
    }
}
