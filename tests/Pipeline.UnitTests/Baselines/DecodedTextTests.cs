using Pipeline.Core.Baselines;
using Pipeline.Core.Tokenization;
using Pipeline.UnitTests.Tokenization;

namespace Pipeline.UnitTests.Baselines;

/// <summary>The trainer keeps tokens and not texts: the baseline reads what they decode to.</summary>
public sealed class DecodedTextTests
{
    [Theory]
    [InlineData("Don't believe it: unbelievable, GREAT!!")]
    [InlineData("  it's great,great\nand t   great - believe!")]
    public void WordPiece_gives_a_text_back_with_the_words_that_the_baseline_tells_apart(string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(
            Path.Combine(folder.Path, "vocab.txt"),
            ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "don", "'", "t", "believe", "it", ":", "un", "##believ", "##able", ",", "great", "!", "s", "and", "-"]);
        File.WriteAllText(Path.Combine(folder.Path, "tokenizer_config.json"), """{"tokenizer_class": "BertTokenizer", "do_lower_case": true}""");
        var tokenizer = HuggingFaceTokenizer.Load(folder.Path);
        var vectorizer = TfidfVectorizer.Fit([text]);

        var decoded = tokenizer.Decode(tokenizer.Encode(text));

        Assert.NotEqual(text, decoded);
        var (expected, actual) = (vectorizer.Transform(text), vectorizer.Transform(decoded));
        Assert.Equal(vectorizer.Features, actual.Indices.Length);
        Assert.Equal(expected.Indices, actual.Indices);
        Assert.Equal(expected.Values, actual.Values);
    }
}
