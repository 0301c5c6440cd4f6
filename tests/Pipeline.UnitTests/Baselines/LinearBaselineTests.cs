using Pipeline.Core;
using Pipeline.Core.Baselines;

namespace Pipeline.UnitTests.Baselines;

public sealed class LinearBaselineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly string[] Labels = ["ham", "spam"];

    [Fact]
    public void It_learns_words_that_tell_the_classes_apart()
    {
        var train = Enumerable.Range(0, 40).Select(i => Example(i)).ToList();
        var validation = Enumerable.Range(40, 10).Select(i => Example(i)).ToList();

        var metrics = LinearBaseline.Fit(train, validation, Labels, ProblemType.SingleLabelClassification, Token).Evaluate(Enumerable.Range(50, 20).Select(Example));

        Assert.Equal(1.0, metrics.Accuracy);
        Assert.NotNull(metrics.LogLoss);
    }

    [Fact]
    public void Pairs_of_words_count_where_single_words_say_nothing()
    {
        // The same words in both classes; only their order differs.
        LabelledText[] rows = [.. Enumerable.Range(0, 30).Select(i => i % 2 == 0
            ? new LabelledText($"row{i} not good but bad", 1)
            : new LabelledText($"row{i} not bad but good", 0))];

        Assert.Equal(1.0, LinearBaseline.Fit(rows, rows, Labels, ProblemType.SingleLabelClassification, Token).Evaluate(rows).Accuracy);
    }

    [Fact]
    public void The_majority_class_is_the_most_frequent_one_and_the_first_among_equals()
    {
        Assert.Equal(2, MajorityClass.Of([0, 2, 2, 1]));
        Assert.Equal(0, MajorityClass.Of([1, 0]));
        Assert.Throws<ArgumentException>(() => MajorityClass.Of(Array.Empty<int>()));
    }

    [Fact]
    public void The_majority_of_several_labels_is_the_most_frequent_set()
    {
        Assert.Equal([0, 2], MajorityClass.Of([[1], [0, 2], [0], [0, 2], []]));
        Assert.Equal([0], MajorityClass.Of([[1], [0, 2], [0]]));
        Assert.Throws<ArgumentException>(() => MajorityClass.Of(Array.Empty<int[]>()));
    }

    [Fact]
    public void With_several_labels_each_is_learned_by_itself()
    {
        string[] labels = ["urgent", "never", "billing"];
        LabelledText[] rows = [.. Enumerable.Range(0, 60).Select(i => new LabelledText(
            $"row{i} {(i % 2 == 0 ? "asap now" : "whenever")} {(i % 3 == 0 ? "invoice paid" : "printer broken")}",
            [.. (int[])(i % 2 == 0 ? [0] : []), .. (int[])(i % 3 == 0 ? [2] : [])]))];

        var metrics = LinearBaseline.Fit(rows[..40], rows[40..50], labels, ProblemType.MultiLabelClassification, Token).Evaluate(rows[50..]);

        Assert.Equal(1.0, metrics.Accuracy);
        Assert.Equal(1.0, metrics.Macro.F1);
        Assert.Equal(0, metrics.HammingLoss);
        Assert.InRange(metrics.LogLoss!.Value, 0, 0.3);
    }

    private static LabelledText Example(int i) => i % 2 == 0
        ? new LabelledText($"cheap pills number {i}, buy now", 1)
        : new LabelledText($"minutes of the meeting number {i}", 0);
}
