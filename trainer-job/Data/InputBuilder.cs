using Pipeline.Core.Tokenization;

namespace Pipeline.Trainer.Data;

/// <summary>Makes what a model reads of examples: cut to the length, special tokens in place. Serving does the same with the same template.</summary>
/// <param name="template">Of the tokenizer.</param>
/// <param name="maxLength">Tokens of an input, special tokens included, at most.</param>
/// <param name="padTokenId">Stands for a text without tokens, since a model needs something to read.</param>
internal sealed class InputBuilder(SpecialTokenTemplate template, int maxLength, int padTokenId)
{
    /// <summary>Tokens of an example's input.</summary>
    public int LengthOf(Example example) => Math.Clamp(WholeLength(template, example), 1, maxLength);

    /// <summary>Tokens of an example's input if nothing were cut.</summary>
    public static int WholeLength(SpecialTokenTemplate template, Example example) => example.PairInputIds is { } pair
        ? example.InputIds.Length + pair.Length + template.PairTokens
        : example.InputIds.Length + template.SingleTokens;

    /// <summary>The input of an example, read from its beginning.</summary>
    public ModelInput Build(Example example) => Build(example.InputIds, example.PairInputIds);

    /// <summary>
    /// The input of an example as training varies it. Of a text that is too long, with the given probability a window at a
    /// random place is read, so that training sees all of the text in time; a pair is always read from its beginnings.
    /// Then tokens are blanked out at random, so that the model does not lean on single words.
    /// </summary>
    /// <param name="example">The example.</param>
    /// <param name="windowProbability">0 to 1.</param>
    /// <param name="blankProbability">Of each token, 0 to 1.</param>
    /// <param name="random">The source of chance.</param>
    public ModelInput BuildVaried(Example example, double windowProbability, double blankProbability, Random random)
    {
        var (ids, pair) = (example.InputIds, example.PairInputIds);
        var room = maxLength - template.SingleTokens;
        if (pair is null && ids.Length > room && random.NextDouble() < windowProbability)
        {
            var start = random.Next(ids.Length - room + 1);
            ids = ids[start..(start + room)];
        }

        return blankProbability == 0 ? Build(ids, pair) : Build(Blank(ids), pair is null ? null : Blank(pair));

        int[] Blank(int[] tokens) => [.. tokens.Select(id => random.NextDouble() < blankProbability ? padTokenId : id)];
    }

    private ModelInput Build(int[] ids, int[]? pair)
    {
        var input = template.Build(ids, pair, maxLength);
        return input.InputIds.Length > 0 ? input : template.Build([padTokenId], pair, maxLength);
    }
}
