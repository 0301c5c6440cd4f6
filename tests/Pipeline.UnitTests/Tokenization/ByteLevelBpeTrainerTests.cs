using CsCheck;
using Pipeline.Core.Tokenization;

namespace Pipeline.UnitTests.Tokenization;

public class ByteLevelBpeTrainerTests
{
    private const string Corpus = "low low low low low lower lower newest newest newest newest newest newest widest widest widest";

    private static BpeVocabulary Learn(string text, int size)
    {
        var trainer = new ByteLevelBpeTrainer();
        trainer.Add(text);
        return trainer.Train(size);
    }

    [Fact]
    public void Merges_the_most_frequent_pair_first_and_breaks_ties_by_id()
    {
        // "es" and "st" both stand in newest and widest, nine times; e comes before s.
        var merges = Learn(Corpus, ByteLevelBpeTrainer.MinimumVocabularySize + 4).Merges;

        Assert.Equal([("e", "s"), ("es", "t"), ("l", "o"), ("lo", "w")], merges);
    }

    [Fact]
    public void Special_tokens_come_first_then_the_bytes_then_the_merges()
    {
        var vocabulary = Learn(Corpus, 260);

        Assert.Equal(0, vocabulary.Tokens["<|endoftext|>"]);
        Assert.Equal(1, vocabulary.Tokens["<|pad|>"]);
        Assert.Equal(2, vocabulary.Tokens["!"]);
        Assert.Equal(258, vocabulary.Tokens["es"]);
        Assert.Equal(260, vocabulary.Tokens.Count);
    }

    [Fact]
    public void Stops_early_where_no_pair_occurs_twice() =>
        Assert.Equal(ByteLevelBpeTrainer.MinimumVocabularySize, Learn("abc", 1_000).Tokens.Count);

    [Fact]
    public void A_vocabulary_without_room_for_the_bytes_is_an_error() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Learn(Corpus, 257));

    [Fact]
    public void Decoding_gives_the_text_back_whatever_it_is()
    {
        var tokenizer = new ByteLevelBpeTokenizer(Learn(Corpus, 300));

        UnicodeText.Gen.Sample(text => tokenizer.Decode(tokenizer.Encode(text)) == text);
    }

    [Fact]
    public void Learning_twice_gives_the_same_vocabulary_and_it_encodes_its_own_corpus_no_longer_than_bytes() =>
        Gen.Select(UnicodeText.Gen.List[1, 20], Gen.Int[258, 400]).Sample((texts, size) =>
        {
            var text = string.Concat(texts);
            var first = Learn(text, size);
            var second = Learn(text, size);
            Assert.Equal(first.Merges, second.Merges);
            Assert.Equal(first.Tokens, second.Tokens);
            Assert.True(first.Tokens.Count <= size);
            Assert.True(new ByteLevelBpeTokenizer(first).Encode(text).Length <= System.Text.Encoding.UTF8.GetByteCount(text));
        });

    [Fact]
    public void Each_merge_is_the_most_frequent_pair_as_a_slow_count_sees_it() =>
        Gen.String[Gen.Char["ab c"], 1, 60].Sample(text =>
        {
            var words = SlowBpe.Words(text);
            foreach (var (left, right) in Learn(text, 270).Merges)
            {
                Assert.Equal(SlowBpe.MostFrequentPairs(words, out var count), SlowBpe.MostFrequentPairs(words, out _));
                Assert.True(count >= 2);
                Assert.Contains((left, right), SlowBpe.MostFrequentPairs(words, out _));
                SlowBpe.Merge(words, left, right);
            }
        });
}
