using Pipeline.Core.Metrics;
using Pipeline.Trainer.Training;

namespace Pipeline.Modeling.Tests.Training;

public sealed class EvaluationOutcomeTests
{
    [Fact]
    public void The_best_are_kept_or_where_they_are_wanted_the_last()
    {
        int[] right = [5, 8, 7, 9, 6];

        Assert.Equal(9, Run(new EvaluationOutcome(TinyArguments.Default), right).BestValidation!.Headline().Accuracy!.Value * 10, 6);
        Assert.Equal(4, Run(new EvaluationOutcome(TinyArguments.Default), right).BestEpoch);
        Assert.Equal(5, Run(new EvaluationOutcome(TinyArguments.Default with { LoadBestModelAtEnd = false }), right).BestEpoch);
    }

    [Fact]
    public void The_figure_that_decides_can_be_any_and_losses_are_better_the_lower()
    {
        var byLoss = new EvaluationOutcome(With(BestMetric.Of("eval_loss")));
        var state = Run(byLoss, [5, 6, 7], losses: [0.5, 0.3, 0.4]);
        Assert.Equal((2, 0.3), (state.BestEpoch, state.BestMetric!.Value));

        var byAccuracy = new EvaluationOutcome(With(BestMetric.Of("accuracy")));
        Assert.Equal(3, Run(byAccuracy, [5, 6, 7], losses: [0.5, 0.3, 0.4]).BestEpoch);

        var reversed = new EvaluationOutcome(With(BestMetric.Of("accuracy", greaterIsBetter: false)));
        Assert.Equal(1, Run(reversed, [5, 6, 7]).BestEpoch);
    }

    [Fact]
    public void Patience_counts_evaluations_in_a_row_that_are_not_better()
    {
        var outcome = new EvaluationOutcome(With(BestMetric.Of("accuracy")) with { EarlyStoppingPatience = 2 });

        Assert.False(outcome.IsOutOfPatience(Run(outcome, [5, 6, 6])));
        Assert.False(outcome.IsOutOfPatience(Run(outcome, [5, 6, 6, 7, 7])));
        Assert.True(outcome.IsOutOfPatience(Run(outcome, [5, 6, 6, 5])));
        Assert.False(new EvaluationOutcome(TinyArguments.Default).IsOutOfPatience(Run(outcome, [5, 5, 5, 5, 5, 5])));
    }

    [Fact]
    public void A_gain_within_the_threshold_is_kept_but_does_not_count()
    {
        var outcome = new EvaluationOutcome(With(BestMetric.Of("accuracy")) with { EarlyStoppingPatience = 2, EarlyStoppingThreshold = 0.15 });
        var state = Run(outcome, [5, 6, 7]);

        Assert.True(outcome.IsOutOfPatience(state));
        Assert.Equal((3, 0.7), (state.BestEpoch, state.BestMetric!.Value));
        Assert.False(outcome.IsOutOfPatience(Run(outcome, [5, 6, 8])));
    }

    [Fact]
    public void With_the_last_wanted_patience_is_against_the_best_all_the_same()
    {
        var outcome = new EvaluationOutcome(With(BestMetric.Of("accuracy")) with { LoadBestModelAtEnd = false, EarlyStoppingPatience = 2 });

        Assert.True(outcome.IsOutOfPatience(Run(outcome, [8, 5, 6])));
    }

    [Fact]
    public void An_evaluation_begins_the_sums_anew()
    {
        var state = new EvaluationOutcome(TinyArguments.Default)
            .After(new TrainingState { LossSum = 9, ExamplesSinceEvaluation = 7, Step = 3 }, new EpochMetrics(1, 1, 1, 1, 1), Metrics(5, 0.5));

        Assert.Equal((0, 0, 3), (state.LossSum, state.ExamplesSinceEvaluation, state.Step));
        Assert.Single(state.History);
    }

    private static TrainingArguments With(BestMetric metric) =>
        TinyArguments.Default with { MetricForBestModel = metric.Name, GreaterIsBetter = metric.GreaterIsBetter };

    private static TrainingState Run(EvaluationOutcome outcome, int[] right, double[]? losses = null)
    {
        var state = new TrainingState();
        foreach (var (i, r) in right.Index())
            state = outcome.After(state, new EpochMetrics(i + 1, 0, 0, 0, 0), Metrics(r, losses?[i] ?? 0.5));
        return state;
    }

    // Ten examples, so many right in either class.
    private static ClassificationMetrics Metrics(int right, double loss)
    {
        var matrix = new ConfusionMatrix(2);
        for (var i = 0; i < 10; i++)
            matrix.Add(i % 2, i < right ? i % 2 : 1 - i % 2);
        return ClassificationMetrics.From(matrix, ["a", "b"], loss);
    }
}
