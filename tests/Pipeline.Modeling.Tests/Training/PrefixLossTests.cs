using Pipeline.Core;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Training;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests.Training;

public sealed class PrefixLossTests
{
    // Two texts of 3 and 1 tokens, two labels; what stands at padding is absurd.
    private static readonly float[] Scores = [0, 0, 1, 0, 2, 0, /* */ 0, 1, 90, -90, 90, -90];
    private static readonly float[] Answers = [0.75f, 0.25f, 0.5f, 0.5f];

    public PrefixLossTests() => TorchRuntime.Initialize();

    [Fact]
    public void Without_a_share_for_all_tokens_only_the_last_one_of_each_text_counts() =>
        Assert.Equal((CrossEntropy(2, 0.75) + CrossEntropy(-1, 0.5)) / 2, Loss(ProblemType.SingleLabelClassification, share: 0), 1e-5);

    [Fact]
    public void With_all_of_it_token_t_counts_as_t_and_padding_does_not_count() =>
        Assert.Equal(
            ((CrossEntropy(0, 0.75) + 2 * CrossEntropy(1, 0.75) + 3 * CrossEntropy(2, 0.75)) / 6 + CrossEntropy(-1, 0.5)) / 2,
            Loss(ProblemType.SingleLabelClassification, share: 1),
            1e-5);

    [Fact]
    public void With_several_labels_each_answer_is_a_probability_of_its_own() =>
        Assert.Equal(
            (Binary(2, 0.75) + Binary(0, 0.25) + Binary(0, 0.5) + Binary(1, 0.5)) / 4, Loss(ProblemType.MultiLabelClassification, share: 0), 1e-5);

    private static double Loss(ProblemType problem, double share)
    {
        using var scope = NewDisposeScope();
        var batch = new Batch(2, 3, [2, 3, 4, 5, 1, 1], null, [3, 1], [[0], [1]]) { Taught = Answers };
        return new PrefixLoss(problem, share).Of(tensor(Scores, [2, 3, 2]), batch).item<float>();
    }

    // Of the first label's probability and the answer for it, by the difference of the two scores.
    private static double CrossEntropy(double difference, double answer) => Binary(difference, answer);

    private static double Binary(double score, double answer) => Math.Log(1 + Math.Exp(score)) - answer * score;
}
