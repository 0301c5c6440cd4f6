using Pipeline.Core;
using Pipeline.Core.Runs;
using Pipeline.Core.Tokenization;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Training;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests.Training;

/// <summary>Against numbers worked out by hand.</summary>
public sealed class ClassificationLossTests
{
    private static readonly string[] s_labels = ["a", "b"];

    // Logits whose softmax is (0.8, 0.2) and (0.5, 0.5): -ln 0.8 = 0.2231435513, -ln 0.2 = 1.6094379124, -ln 0.5 = 0.6931471806.
    private static readonly float[] s_logits = [MathF.Log(4), 0, 0, 0];

    public ClassificationLossTests() => TorchRuntime.Initialize();

    [Fact]
    public void It_is_the_mean_cross_entropy() => Assert.Equal((0.2231435513 + 0.6931471806) / 2, Of(TinyArguments.Default, [0], [1]), 6);

    [Fact]
    public void Smoothing_spreads_its_share_over_all_labels()
    {
        // 0.9 of the right label, 0.1 of the mean over both.
        var first = 0.9 * 0.2231435513 + 0.1 * (0.2231435513 + 1.6094379124) / 2;

        Assert.Equal((first + 0.6931471806) / 2, Of(TinyArguments.Default with { LabelSmoothingFactor = 0.1 }, [0], [1]), 6);
    }

    [Fact]
    public void Class_weights_weigh_the_mean()
    {
        var weighted = TinyArguments.Default with { ClassWeights = new Dictionary<string, double> { ["a"] = 1, ["b"] = 3 } };

        Assert.Equal((0.2231435513 + 3 * 0.6931471806) / 4, Of(weighted, [0], [1]), 6);
        Assert.Equal(4, new ClassificationLoss(ProblemType.SingleLabelClassification, s_labels, weighted).WeightOf(BatchOf([0], [1])), 6);
    }

    [Fact]
    public void With_several_labels_it_is_the_mean_binary_cross_entropy_over_all_of_them()
    {
        // Probabilities of yes: 0.8, 0.5; 0.5, 0.5. The first text has the first label, the second both.
        Assert.Equal((0.2231435513 + 3 * 0.6931471806) / 4, Of(TinyArguments.Default, ProblemType.MultiLabelClassification, [0], [0, 1]), 6);
    }

    [Fact]
    public void With_several_labels_smoothing_moves_both_answers_and_a_weight_is_that_of_a_yes()
    {
        var smoothed = TinyArguments.Default with { LabelSmoothingFactor = 0.1 };
        // A target of 0.95 and one of 0.05 where the answer is 0.8 or 0.5.
        Assert.Equal((0.95 * 0.2231435513 + 0.05 * 1.6094379124 + 3 * 0.6931471806) / 4, Of(smoothed, ProblemType.MultiLabelClassification, [0], [0, 1]), 6);

        var weighted = TinyArguments.Default with { ClassWeights = new Dictionary<string, double> { ["a"] = 3, ["b"] = 1 } };
        Assert.Equal((3 * 0.2231435513 + 0.6931471806 + 3 * 0.6931471806 + 0.6931471806) / 4, Of(weighted, ProblemType.MultiLabelClassification, [0], [0, 1]), 6);
        Assert.Equal(2, new ClassificationLoss(ProblemType.MultiLabelClassification, s_labels, weighted).WeightOf(BatchOf([0], [0, 1])));
    }

    [Fact]
    public void Balanced_weights_make_each_class_count_the_same()
    {
        // 8 of a, 2 of b: 10 / (2 x 8) and 10 / (2 x 2).
        Example[] train = [.. Enumerable.Range(0, 10).Select(i => new Example([], null, [i < 8 ? 0 : 1]))];

        Assert.Equal(
            new Dictionary<string, double> { ["a"] = 0.625, ["b"] = 2.5 },
            ClassWeighting.Of(ClassWeights.Balanced, s_labels, train, ProblemType.SingleLabelClassification)!);
        Assert.Equal(
            new Dictionary<string, double> { ["a"] = 0.25, ["b"] = 4 }, // no over yes
            ClassWeighting.Of(ClassWeights.Balanced, s_labels, train, ProblemType.MultiLabelClassification)!);
        Assert.Null(ClassWeighting.Of(ClassWeights.None, s_labels, train, ProblemType.SingleLabelClassification));
    }

    [Fact]
    public void Weights_by_label_leave_the_others_at_one_and_a_label_without_examples_too()
    {
        var weights = ClassWeights.Of([KeyValuePair.Create("b", 7.0)]);
        Assert.Equal(new Dictionary<string, double> { ["a"] = 1, ["b"] = 7 }, ClassWeighting.Of(weights, s_labels, [], ProblemType.SingleLabelClassification)!);
        Assert.Equal(
            new Dictionary<string, double> { ["a"] = 0.5, ["b"] = 1 },
            ClassWeighting.Of(ClassWeights.Balanced, s_labels, [new Example([], null, [0])], ProblemType.SingleLabelClassification)!);
    }

    private static double Of(TrainingArguments arguments, params int[][] labels) => Of(arguments, ProblemType.SingleLabelClassification, labels);

    private static double Of(TrainingArguments arguments, ProblemType problem, params int[][] labels)
    {
        using var scope = NewDisposeScope();
        return new ClassificationLoss(problem, s_labels, arguments).Of(tensor(s_logits, [2, 2]), BatchOf(labels)).item<float>();
    }

    private static Batch BatchOf(params int[][] labels) => Batch.Of([.. labels.Select(_ => new ModelInput([1], null))], labels, padTokenId: 0);
}
