using Pipeline.Core;
using Pipeline.Core.Metrics;

namespace Pipeline.UnitTests.Metrics;

public sealed class AbstentionTests
{
    [Fact]
    public void The_lowest_threshold_that_reaches_the_accuracy_is_taken()
    {
        // 100 texts from sure to unsure: the first 60 right, then every other one.
        var predictions = Of(100, i => i < 60 || i % 2 == 0);

        var found = Abstention.Find(predictions, predictions, target: 0.9);

        // 60 + 9 of 76 right would be 0.9079 of 76; the longest beginning with 90% right has 75 or 76 texts.
        Assert.InRange(found.Validation!.Accuracy!.Value, 0.9, 0.91);
        Assert.InRange(found.Validation.Coverage, 0.74, 0.77);
        Assert.Equal(found.Validation, found.Test);
        Assert.Null(found.Reason);
    }

    [Fact]
    public void An_accuracy_that_no_threshold_reaches_is_said_to_be_out_of_reach()
    {
        var found = Abstention.Find(Of(100, i => i % 2 == 0), Of(100, _ => true), target: 0.95);

        Assert.Null(found.Threshold);
        Assert.Contains("No threshold reaches an accuracy of 0.95", found.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_few_lucky_answers_do_not_count() =>
        Assert.Null(Abstention.Find(Of(100, i => i < Abstention.FewestAnswers - 1), Of(10, _ => true), target: 0.99).Threshold);

    [Fact]
    public void Where_all_answers_reach_it_the_model_never_abstains()
    {
        var found = Abstention.Find(Of(100, _ => true), Of(10, _ => false), target: 0.95);

        Assert.Equal((0.0, 1.0, 0.0), (found.Threshold, found.Test!.Coverage, found.Test.Accuracy));
        Assert.NotNull(found.Reason);
    }

    // Answers ever less sure, all of the class 0.
    private static Predictions Of(int count, Func<int, bool> isRight)
    {
        var predictions = new Predictions(["a", "b"], ProblemType.SingleLabelClassification, count);
        for (var i = 0; i < count; i++)
            predictions.Set(i, [isRight(i) ? 0 : 1], [5 - 4f * i / count, 0]);
        return predictions;
    }
}
