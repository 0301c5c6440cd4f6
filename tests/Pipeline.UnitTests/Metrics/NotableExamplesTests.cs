using Pipeline.Core;
using Pipeline.Core.Metrics;

namespace Pipeline.UnitTests.Metrics;

public sealed class NotableExamplesTests
{
    private const ProblemType Single = ProblemType.SingleLabelClassification, Multi = ProblemType.MultiLabelClassification;

    [Fact]
    public void The_surest_mistakes_come_first_with_the_number_of_their_row()
    {
        var predictions = PredictionsTests.Of(Single, ([0], [3f, 0f, 0f]), ([1], [2f, 0f, 0f]), ([2], [0f, 5f, 0f]), ([0], [0f, 1f, 0f]));

        var found = NotableExamples.Find(predictions, [11, 12, 13, 14], null, text: null);

        Assert.Equal([13, 12, 14], found.MostWrong.Select(e => e.Row));
        Assert.Equal(("b", "c", (string?)null), (found.MostWrong[0].Label, found.MostWrong[0].Other, found.MostWrong[0].Text));
        Assert.Equal(["c"], found.MostWrong[0].Labels);
        Assert.Equal(["b"], found.MostWrong[0].Predicted);
        Assert.InRange(found.MostWrong[0].Probability, 0.98, 0.99);
    }

    [Fact]
    public void The_closest_decisions_come_first_right_or_wrong()
    {
        var predictions = PredictionsTests.Of(Single, ([0], [3f, 0f, 0f]), ([1], [2f, 1.9f, 0f]), ([2], [0f, 0.5f, 1f]));

        var found = NotableExamples.Find(predictions, [1, 2, 3], null, example => $"text {example}");

        Assert.Equal([2, 3, 1], found.MostConfused.Select(e => e.Row));
        Assert.Equal(("a", "b", "text 1"), (found.MostConfused[0].Label, found.MostConfused[0].Other, found.MostConfused[0].Text));
    }

    [Fact]
    public void Pairs_of_labels_are_counted_and_the_most_frequent_come_first()
    {
        var predictions = PredictionsTests.Of(Single, ([0], [0f, 1f, 0f]), ([2], [1f, 0f, 0f]), ([0], [0f, 2f, 0f]), ([1], [0f, 1f, 0f]));

        Assert.Equal([new("a", "b", 2), new("c", "a", 1)], NotableExamples.Find(predictions, [1, 2, 3, 4], null, null).ConfusedPairs);
    }

    [Fact]
    public void With_several_labels_an_example_is_as_wrong_as_its_worst_answer()
    {
        var predictions = PredictionsTests.Of(Multi, ([0], [-1f, -4f, 3f]), ([0, 1], [0.2f, 4f, -4f]));

        var found = NotableExamples.Find(predictions, [1, 2], null, null);

        Assert.Equal((1, "c"), (found.MostWrong.Single().Row, found.MostWrong[0].Label));
        Assert.Equal(["c"], found.MostWrong[0].Predicted);
        Assert.Equal((2, "a"), (found.MostConfused[0].Row, found.MostConfused[0].Label));
        Assert.Equal([new("a", "c", 1)], found.ConfusedPairs);
    }
}
