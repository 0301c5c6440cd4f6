using Pipeline.Trainer.Training;

namespace Pipeline.Modeling.Tests.Training;

public sealed class TrainingPlanTests
{
    private static readonly int[] s_lengths = [.. Enumerable.Range(0, 103).Select(i => 1 + i * 7 % 40)];

    [Theory]
    [InlineData(16, 1, 7)] // 103 / 16, the last batch of 7
    [InlineData(16, 3, 3)] // three batches a step, the last step of one
    [InlineData(200, 4, 1)]
    public void A_step_has_as_many_batches_as_are_added_up(int batchSize, int accumulation, int steps)
    {
        var plan = new TrainingPlan(s_lengths, TinyArguments.Default with { PerDeviceTrainBatchSize = batchSize, GradientAccumulationSteps = accumulation });

        Assert.Equal((steps, 3 * steps), (plan.StepsPerEpoch, plan.TotalSteps));
        var epoch = plan.Epoch(1);
        Assert.Equal(steps, epoch.Length);
        Assert.All(epoch.SkipLast(1), step => Assert.InRange(step.Sum(rows => rows.Length), (batchSize * accumulation) - batchSize + 7, batchSize * accumulation));
        Assert.Equal(Enumerable.Range(0, 103), epoch.SelectMany(step => step).SelectMany(rows => rows).Order());
    }

    [Fact]
    public void What_does_not_fit_in_memory_is_computed_in_parts_and_stays_one_step()
    {
        var whole = new TrainingPlan(s_lengths, TinyArguments.Default).Epoch(0);
        var parts = new TrainingPlan(s_lengths, TinyArguments.Default with { MaxTokensPerBatch = 100 }).Epoch(0);

        Assert.Equal(whole.Select(s => s.SelectMany(r => r)), parts.Select(s => s.SelectMany(r => r)));
        Assert.All(whole, step => Assert.Single(step));
        Assert.Contains(parts, step => step.Length > 1);
        Assert.All(parts.SelectMany(s => s), rows => Assert.True(rows.Length * rows.Max(r => s_lengths[r]) <= 100));
    }

    [Fact]
    public void Max_steps_decide_over_the_epochs() =>
        Assert.Equal(5, new TrainingPlan(s_lengths, TinyArguments.Default with { MaxSteps = 5 }).TotalSteps);

    [Theory]
    [InlineData("no", null, new int[0])]
    [InlineData("epoch", null, new[] { 7, 14 })]
    [InlineData("steps", 4, new[] { 4, 8, 12 })]
    public void Strategies_say_after_which_steps_it_is_time(string kind, int? steps, int[] due) =>
        Assert.Equal(due, Enumerable.Range(1, 14).Where(step => new IntervalStrategy(kind, steps).IsDue(step, endsEpoch: step % 7 == 0)));

    [Theory]
    [InlineData("no", null, new[] { 1, 1, 1, 0 })]
    [InlineData("epoch", null, new[] { 3, 2, 1, 0 })]
    [InlineData("steps", 8, new[] { 3, 3, 1, 0 })] // after 8, 16, and at the end
    public void How_often_it_will_still_be_time_is_known(string kind, int? steps, int[] left)
    {
        var plan = new TrainingPlan(s_lengths, TinyArguments.Default); // 7 steps an epoch, 21 in all

        Assert.Equal(left, ((int[])[0, 7, 20, 21]).Select(step => new IntervalStrategy(kind, steps).Left(step, plan)));
    }
}
