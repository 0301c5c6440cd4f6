using Pipeline.Core;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Core.Tokenization;
using Pipeline.Functions.Serving;
using Pipeline.Functions.Serving.Explaining;

namespace Pipeline.UnitTests.Serving;

/// <summary>Explanations of models whose reasons are known: each word adds its own number to the logits.</summary>
public sealed class OcclusionTests
{
    private static readonly Dictionary<string, float[]> Weights = new()
    {
        ["win"] = [0, 2.5f],
        ["money"] = [-0.5f, 1],
        ["lunch"] = [1.5f, 0],
    };

    private readonly AddingClassifier _classifier = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_weight_of_a_word_is_the_log_odds_that_it_adds()
    {
        var answer = await ExplainAsync(ProblemType.SingleLabelClassification, new TextInput("You win money at lunch!"));

        Assert.Equal("spam", answer[0].Label);
        Assert.Equal([("win", 2.5f), ("money", 1.5f), ("lunch", -1.5f), ("You", 0), ("at", 0), ("!", 0)], answer[0].Words!.Select(w => (w.Word, w.Weight)));
        Assert.Equal((4, 7), (answer[0].Words![0].Start, answer[0].Words![0].End));
        Assert.All(answer[0].Words!, w => Assert.Null(w.In));
        Assert.Null(answer[1].Words); // of two labels what speaks for one speaks against the other
    }

    [Fact]
    public async Task Each_label_of_several_has_its_own_words_and_a_number_its_own_unit()
    {
        var labels = await ExplainAsync(ProblemType.MultiLabelClassification, new TextInput("win lunch"));
        var number = await ExplainAsync(ProblemType.Regression, new TextInput("money lunch"));

        Assert.Equal(["spam win 2.5", "ham lunch 1.5"], labels.Select(l => $"{l.Label} {l.Words![0].Word} {l.Words[0].Weight}"));
        Assert.Equal([("lunch", 1.5f), ("money", -0.5f)], Assert.Single(number).Words!.Select(w => (w.Word, w.Weight)));
    }

    [Fact]
    public async Task A_word_of_a_pair_says_in_which_text_it_stands()
    {
        var answer = await ExplainAsync(ProblemType.SingleLabelClassification, new TextInput("see you", "win it"));

        Assert.Equal(("win", "text_pair", 0, 3), (answer[0].Words![0].Word, answer[0].Words![0].In, answer[0].Words![0].Start, answer[0].Words![0].End));
        Assert.Contains(answer[0].Words!, w => w is { Word: "see", In: "text" });
        Assert.Contains(new TextInput("see you", "it"), _classifier.Seen);
    }

    [Theory]
    [InlineData(20, 1)]
    [InlineData(100, 1)]
    [InlineData(500, 300)]
    public async Task A_long_text_is_left_out_in_spans_so_that_the_bound_holds(int words, int wordsOfPair)
    {
        var text = string.Join(' ', Enumerable.Range(0, words).Select(i => i == 13 ? "win" : $"w{i}"));
        var pair = string.Join(' ', Enumerable.Repeat("x", wordsOfPair));

        var answer = await ExplainAsync(ProblemType.SingleLabelClassification, new TextInput(text, pair), words: 1, passes: 16, maxLength: 1_000);

        Assert.InRange(_classifier.Seen.Count, 2, 16);
        var strongest = Assert.Single(answer[0].Words!);
        Assert.Contains("win", strongest.Word, StringComparison.Ordinal);
        Assert.Equal(2.5f, strongest.Weight);
        Assert.Equal(strongest.Word, text[strongest.Start..strongest.End]);
    }

    [Fact]
    public async Task What_lies_behind_what_the_model_reads_costs_nothing()
    {
        await ExplainAsync(ProblemType.SingleLabelClassification, new TextInput(string.Join(' ', Enumerable.Repeat("word", 1_000))), passes: 100, maxLength: 8);

        Assert.Equal(9, _classifier.Seen.Count);
    }

    [Fact]
    public void Certain_scores_have_evidence_that_still_differs()
    {
        var (sure, surer) = (Evidence.Of([50, 0, 0], ProblemType.SingleLabelClassification), Evidence.Of([60, 0, 0], ProblemType.SingleLabelClassification));

        Assert.Equal(10, surer[0] - sure[0], 1e-4);
        Assert.Equal(50 - Math.Log(2), sure[0], 1e-4);
    }

    [Theory]
    [InlineData("Don't stop-and-go, 3.5 km!!", "Don't|stop-and-go|,|3|.|5|km|!!")]
    [InlineData("  ", "")]
    [InlineData("东京 タワー is tall", "东|京|タ|ワ|ー|is|tall")]
    [InlineData("naïve e\u0301t\u00E9 \U0001F600\U0001F600 a_b", "naïve|e\u0301t\u00E9|\U0001F600\U0001F600|a_b")]
    [InlineData("rock 'n' roll - yes", "rock|'|n|'|roll|-|yes")]
    public void Words_are_found_in_any_script(string text, string words) =>
        Assert.Equal(words, string.Join('|', WordSpans.Of(new TextInput(text), int.MaxValue).Select(w => w.Word(new TextInput(text)))));

    private async Task<IReadOnlyList<LabelScore>> ExplainAsync(ProblemType problemType, TextInput input, int words = 10, int passes = 128, int maxLength = 128)
    {
        IReadOnlyList<string> labels = problemType == ProblemType.Regression ? ["value"] : ["ham", "spam"];
        var manifest = new ModelManifest(
            "mail", "v1", "run", DateTimeOffset.UnixEpoch, labels, maxLength, new HeadlineMetrics(1, 1), [], problemType, input.TextPair is not null);
        var model = new LoadedModel(manifest, _classifier, () => { });
        return Assert.Single(await Occlusion.ExplainAsync(model, [input], AnswerOptions.Default, words, passes, Cancel));
    }

    private sealed class AddingClassifier : ITextClassifier
    {
        public List<TextInput> Seen { get; } = [];

        public Task<float[][]> LogitsAsync(IReadOnlyList<TextInput> texts, TruncationSide? cutAt, CancellationToken cancellationToken)
        {
            Seen.AddRange(texts);
            return Task.FromResult(texts.Select(Logits).ToArray());
        }

        public void Dispose()
        {
        }

        private static float[] Logits(TextInput input)
        {
            var logits = new float[2];
            foreach (var word in $"{input.Text} {input.TextPair}".Split(' ', '!').Select(w => Weights.GetValueOrDefault(w, [0, 0])))
                (logits[0], logits[1]) = (logits[0] + word[0], logits[1] + word[1]);
            return logits;
        }
    }
}
