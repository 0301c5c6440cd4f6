using Pipeline.Core.Baselines;

namespace Pipeline.UnitTests.Baselines;

public sealed class TfidfVectorizerTests
{
    private static readonly string[] Texts = ["The cat sat", "the dog", "a cat!"];

    [Fact]
    public void Words_and_neighbouring_pairs_are_the_features()
    {
        // the cat sat dog a; the-cat cat-sat the-dog a-cat
        Assert.Equal(9, TfidfVectorizer.Fit(Texts).Features);
        Assert.Equal(2, TfidfVectorizer.Fit(Texts, minDocuments: 2).Features); // the, cat
    }

    [Fact]
    public void More_features_than_allowed_leave_the_rare_ones_out()
    {
        // Two n-grams stand in two texts, and each text has others of its own, which count as one.
        Assert.Equal(9, TfidfVectorizer.Fit(Texts, maxFeatures: 5).Features);
        Assert.Equal(2, TfidfVectorizer.Fit(Texts, maxFeatures: 4).Features);
        Assert.Equal(0, TfidfVectorizer.Fit(Texts, maxFeatures: 1).Features);
    }

    [Fact]
    public void Values_are_sublinear_counts_times_smoothed_idf_scaled_to_length_one()
    {
        var vectorizer = TfidfVectorizer.Fit(Texts, minDocuments: 2);
        var idf = Math.Log(4.0 / 3) + 1; // both words are in two of three texts

        var vector = vectorizer.Transform("THE the cat");

        var raw = new[] { (1 + Math.Log(2)) * idf, idf };
        var length = Math.Sqrt(raw.Sum(v => v * v));
        Assert.Equal(raw.Select(v => v / length).Order(), vector.Values.Select(v => (double)v).Order(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ...  ")]
    [InlineData("unknown")]
    public void A_text_without_known_words_has_an_empty_vector(string text)
    {
        Assert.Empty(TfidfVectorizer.Fit(Texts).Transform(text).Indices);
    }

    [Fact]
    public void A_word_longer_than_the_buffer_is_still_one_word()
    {
        var word = new string('Ä', 500);

        Assert.Single(TfidfVectorizer.Fit([word]).Transform(word.ToLowerInvariant()).Indices);
    }
}
