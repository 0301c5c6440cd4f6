using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Core.Tokenization;
using Pipeline.Functions.Serving;
using Pipeline.Functions.Telemetry;
using Pipeline.Tests.Shared;

namespace Pipeline.UnitTests.Serving;

public sealed class OnnxTextClassifierTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("onnx-").FullName;
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ModelMeter _meter;

    public OnnxTextClassifierTests() =>
        _meter = new ServingMeter(_services.GetRequiredService<IMeterFactory>(), TimeProvider.System).Of("spam");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_text_has_the_logits_that_it_has_alone_whatever_it_is_batched_with()
    {
        using var classifier = Classifier(maxLength: 64, maxBatchTokens: 12);
        string[] texts = ["a", "abcabc", "ba", "cccccccccc", "b", "abc"];

        var logits = await classifier.LogitsAsync([.. texts.Select(t => new TextInput(t))], TruncationSide.End, Cancel);

        Assert.Equal(texts.Select(t => Expected(t)), logits);
    }

    [Fact]
    public async Task A_long_text_is_cut_to_its_first_tokens()
    {
        using var classifier = Classifier(maxLength: 3, maxBatchTokens: 64);

        var logits = await classifier.LogitsAsync([new TextInput("abcccccc")], TruncationSide.End, Cancel);

        Assert.Equal([Expected("abc")], logits);
    }

    [Fact]
    public async Task A_long_text_is_cut_at_its_start_where_the_request_says_so()
    {
        using var classifier = Classifier(maxLength: 3, maxBatchTokens: 64);

        var logits = await classifier.LogitsAsync([new TextInput("aaaaaabc")], TruncationSide.Start, Cancel);

        Assert.Equal([Expected("abc")], logits);
    }

    [Fact]
    public async Task A_long_text_that_is_not_to_be_cut_is_refused_with_its_place_and_its_tokens()
    {
        using var classifier = Classifier(maxLength: 3, maxBatchTokens: 64);

        Assert.Equal([Expected("abc")], await classifier.LogitsAsync([new TextInput("abc")], null, Cancel));
        var refused = await Assert.ThrowsAsync<TextTooLongException>(() => classifier.LogitsAsync([new TextInput("a"), new TextInput("ab", "c")], null, Cancel));

        // The separator of a pair counts.
        Assert.Equal((1, 4, 3), (refused.Index, refused.Tokens, refused.Limit));
    }

    [Fact]
    public async Task A_pair_is_read_with_the_separator_between_its_texts()
    {
        using var classifier = Classifier(maxLength: 64, maxBatchTokens: 64);

        var logits = await classifier.LogitsAsync([new TextInput("ab", "c")], TruncationSide.End, Cancel);

        Assert.Equal([Expected("abzc")], logits);
    }

    [Fact]
    public async Task A_graph_that_asks_for_token_types_gets_those_of_the_template()
    {
        File.WriteAllBytes(ModelPath, TinyOnnx.BagOfWords(Table(), withTokenTypes: true));
        using var classifier = new OnnxTextClassifier(
            OnnxModel.Load(ModelPath, labels: 2, threads: 1), new CharacterTokenizer(SpecialTokenTemplate.Bert(cls: 3, sep: 4)), 64, 64, 1_024, _meter);

        var logits = await classifier.LogitsAsync([new TextInput("a"), new TextInput("a", "bc")], TruncationSide.End, Cancel);

        // Tokens of the second text, and the separator after it, count double in this graph: 3, 4 and 5 weigh nothing.
        Assert.Equal([Expected("a"), Expected("abbcc")], logits);
    }

    [Fact]
    public async Task Many_requests_at_once_each_get_their_own_answer()
    {
        using var classifier = Classifier(maxLength: 64, maxBatchTokens: 64);

        await Parallel.ForEachAsync(Enumerable.Range(1, 200), Cancel, async (i, cancel) =>
        {
            var text = new string('a', i % 7) + new string('b', 1 + i % 11);
            Assert.Equal([Expected(text)], await classifier.LogitsAsync([new TextInput(text)], TruncationSide.End, cancel));
        });
    }

    [Fact]
    public async Task A_cancelled_request_ends()
    {
        using var classifier = Classifier(maxLength: 64, maxBatchTokens: 64);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => classifier.LogitsAsync([new TextInput("a")], TruncationSide.End, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_file_that_is_no_model_is_refused_with_its_name()
    {
        File.WriteAllText(ModelPath, "no model");

        Assert.Contains(ModelPath, Assert.Throws<InvalidDataException>(() => OnnxModel.Load(ModelPath, labels: 2, threads: 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_with_another_number_of_labels_than_its_manifest_is_refused()
    {
        File.WriteAllBytes(ModelPath, TinyOnnx.BagOfWords(Table()));

        Assert.Contains("[batch, 3]", Assert.Throws<InvalidDataException>(() => OnnxModel.Load(ModelPath, labels: 3, threads: 1)).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _services.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string ModelPath => Path.Combine(_folder, "model.onnx");

    private OnnxTextClassifier Classifier(int maxLength, int maxBatchTokens)
    {
        File.WriteAllBytes(ModelPath, TinyOnnx.BagOfWords(Table()));
        return new OnnxTextClassifier(OnnxModel.Load(ModelPath, labels: 2, threads: 1), new CharacterTokenizer(), maxLength, maxBatchTokens, maxQueuedTokens: 100_000, _meter);
    }

    // Whole numbers and halves, so that sums are exact in any order; padding ('z') weighs a great deal where it is read by mistake.
    private static float[,] Table()
    {
        var table = new float[26, 2];
        (table[0, 0], table[0, 1]) = (1f, 0f);
        (table[1, 0], table[1, 1]) = (0f, 2f);
        (table[2, 0], table[2, 1]) = (-0.5f, 0.5f);
        (table[25, 0], table[25, 1]) = (1_000f, -1_000f);
        return table;
    }

    private static float[] Expected(string text)
    {
        var table = Table();
        return [text.Sum(c => table[c - 'a', 0]), text.Sum(c => table[c - 'a', 1])];
    }
}
