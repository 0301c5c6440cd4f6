using Pipeline.Core.Messaging;
using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;
using Pipeline.IntegrationTests.Fixtures;

namespace Pipeline.IntegrationTests.Training;

[Collection(nameof(InProcessTraining))]
public sealed class SweepTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_trainer_tries_all_trials_carries_the_better_ones_on_and_publishes_the_best()
    {
        var rig = await StartAsync();

        await rig.FinishAsync();

        var run = await rig.FindAsync();
        Assert.Equal((RunState.Succeeded, 6), (run.State, run.Sweep!.TrialsDone));
        Assert.Equal(4, run.Sweep.Trials.Count(t => t is { State: TrialState.Stopped, Rung: 0, Result.Epochs: 1 }));
        var finished = run.Sweep.Trials.Where(t => t is { State: TrialState.Finished, Rung: 1, Result.Epochs: 3 }).ToList();
        Assert.Equal(2, finished.Count);
        Assert.Equal(finished.OrderByDescending(t => t.Result!.Score).ThenBy(t => t.Result!.Loss).First().Trial, run.Sweep.Winner);
        Assert.Equal(8, rig.Queue.Sent.Count);
        Assert.Equal(8, rig.Queue.Sent.Select(m => m.MessageId).Distinct().Count());

        var metrics = await rig.MetricsAsync();
        Assert.Equivalent(run.Sweep, metrics.Sweep);
        var winner = finished.Single(t => t.Trial == run.Sweep.Winner);
        Assert.Equal((winner.Result!.Validation, winner.Result.BestEpoch), (metrics.Validation.Headline(), metrics.BestEpoch));
        Assert.Single(await rig.ManifestsAsync());
        Assert.Empty(await rig.CheckpointsAsync());
    }

    [Fact]
    public async Task The_best_trial_s_model_is_the_one_that_its_options_alone_would_train()
    {
        var rig = await StartAsync();
        await rig.FinishAsync();
        var options = (await rig.TrialAsync((await rig.FindAsync()).Sweep!.Winner!.Value)).Options;

        var storage = await azurite.NewPipelineAccountAsync();
        await SeededRun.CreateAsync(storage, Cancel, options: options);
        var alone = SweepRig.Of(storage, rig.Run);
        Assert.Equal("complete", (await alone.HandleAsync(new TrainingRequest(rig.Run.RunId, "mail"))).Settled);

        Assert.Equal(await alone.WeightsAsync(), await rig.WeightsAsync());
    }

    [Fact]
    public async Task A_trainer_that_dies_before_it_sends_the_next_rung_is_followed_by_one_that_sends_it()
    {
        var rig = await StartAsync();
        rig.Queue.BeforeSend = request => request.Trial is not null && rig.Queue.Sent.Count >= 7
            ? throw new TrainingQueueException("The broker is gone.")
            : Task.CompletedTask;
        for (var trial = 1; trial < 6; trial++)
            await rig.HandleAsync(rig.Queue.Take()!);
        var last = rig.Queue.Take()!;

        Assert.Equal("abandon", (await rig.HandleAsync(last)).Settled);
        rig.Queue.BeforeSend = _ => Task.CompletedTask;
        Assert.Equal("complete", (await rig.HandleAsync(last, deliveryCount: 2)).Settled);

        Assert.Equal(8, rig.Queue.Sent.Count);
        Assert.Equal([1, 1], rig.Queue.Sent.Skip(6).Select(m => m.Rung!.Value));
        await rig.FinishAsync();
        Assert.Equal(RunState.Succeeded, (await rig.FindAsync()).State);
    }

    [Fact]
    public async Task A_trainer_that_dies_before_it_decides_a_rung_is_followed_by_one_that_decides_it()
    {
        var rig = await StartAsync();
        for (var trial = 1; trial < 6; trial++)
            await rig.HandleAsync(rig.Queue.Take()!);
        var last = rig.Queue.Take()!;
        // Its result is the last thing that the dead trainer wrote.
        await rig.Trials.UpdateAsync(6, t => t with { State = TrialState.Waiting, Attempt = 1, Results = [new RungResult(1, 3, 1, new HeadlineMetrics(0.1, 0.1), 9, 0)] }, Cancel);

        Assert.Equal("complete", (await rig.HandleAsync(last, deliveryCount: 2)).Settled);

        Assert.Equal(6, (await rig.Trials.FindDecisionAsync(0, Cancel))!.DecidedBy);
        Assert.Equal(1, (await rig.TrialAsync(6)).Attempt);
        Assert.Equal(2, rig.Queue.Sent.Count(m => m.Rung == 1));
    }

    [Fact]
    public async Task A_message_that_comes_again_after_its_rung_was_decided_changes_nothing()
    {
        var rig = await StartAsync();
        for (var trial = 1; trial <= 6; trial++)
            await rig.HandleAsync(rig.Queue.Take()!);
        var before = await rig.Trials.ListAsync(Enumerable.Range(1, 6), Cancel);

        foreach (var trial in Enumerable.Range(1, 6))
            Assert.Equal("complete", (await rig.HandleAsync(rig.Message(trial, 0), deliveryCount: 2)).Settled);

        Assert.Equal(8, rig.Queue.Sent.Count);
        Assert.Equivalent(before, await rig.Trials.ListAsync(Enumerable.Range(1, 6), Cancel));
    }

    [Fact]
    public async Task A_sweep_that_was_published_before_the_kill_is_finished_without_training_again()
    {
        var rig = await StartAsync();
        await rig.FinishAsync();
        var finished = await rig.FindAsync();
        // As if the trainer had been killed before it wrote down the result: the decision on the version stands, and its message comes again.
        await new RunStore(rig.Storage).UpdateAsync(
            rig.Run.RunId, r => r with { State = RunState.Evaluating, Result = null, Promotion = finished.Result!.Promotion, FinishedAt = null }, Cancel);
        var end = (await rig.Trials.FindDecisionAsync(1, Cancel))!;
        var other = end.Ranking.Single(trial => trial != end.DecidedBy);

        await rig.HandleAsync(rig.Message(other, 1), deliveryCount: 2);
        Assert.Equal(RunState.Evaluating, (await rig.FindAsync()).State);
        await rig.HandleAsync(rig.Message(end.DecidedBy, 1), deliveryCount: 2);

        Assert.Equal(RunState.Succeeded, (await rig.FindAsync()).State);
        Assert.Equivalent(finished.Result, (await rig.FindAsync()).Result);
        Assert.Equal(end.Survivors, [(await rig.FindAsync()).Sweep!.Winner!.Value]);
    }

    [Fact]
    public async Task A_rung_that_asks_for_no_more_epochs_than_the_one_before_needs_no_trainer()
    {
        var rig = await StartAsync(SweepRig.Options with { NumTrainEpochs = 1 });

        await rig.FinishAsync();

        var run = await rig.FindAsync();
        Assert.Equal((RunState.Succeeded, 6), (run.State, rig.Queue.Sent.Count));
        Assert.Equal(2, run.Sweep!.Trials.Count(t => t is { State: TrialState.Finished, Rung: 1 }));
    }

    [Fact]
    public async Task A_trial_that_fails_for_good_is_named_with_its_reason_and_the_others_go_on()
    {
        var rig = await StartAsync();
        await rig.Trials.UpdateAsync(5, t => t with { Options = t.Options with { BaseModel = "no-such-model" } }, Cancel);

        await rig.FinishAsync();

        var run = await rig.FindAsync();
        Assert.Equal(RunState.Succeeded, run.State);
        Assert.Equal((TrialState.Failed, "unusable-base-model"), (run.Sweep!.Trials[4].State, run.Sweep.Trials[4].Failure!.Code));
        Assert.Equal(5, (await rig.Trials.FindDecisionAsync(0, Cancel))!.Ranking[^1]);
    }

    [Fact]
    public async Task The_run_fails_only_where_all_trials_fail()
    {
        var rig = await StartAsync();
        foreach (var trial in rig.Run.Sweep!.Trials)
            await rig.Trials.UpdateAsync(trial.Trial, t => t with { Options = t.Options with { BaseModel = "no-such-model" } }, Cancel);

        FakeDelivery last = null!;
        while (rig.Queue.Take() is { } message)
            last = await rig.HandleAsync(message);

        Assert.Equal("dead-letter: all-trials-failed", last.Settled);
        var run = await rig.FindAsync();
        Assert.Equal((RunState.Failed, "all-trials-failed"), (run.State, run.Failure!.Code));
        Assert.Contains("no-such-model", run.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_sweep_stops_the_trial_under_way_and_drops_the_others()
    {
        var rig = await StartAsync(SweepRig.Options with { NumTrainEpochs = 1_000 });
        var working = rig.HandleAsync(rig.Queue.Take()!);
        while ((await rig.TrialAsync(1)).Progress?.Step is null or 0)
            await Task.Delay(20, Cancel);

        await new RunStore(rig.Storage).UpdateAsync(rig.Run.RunId, r => r with { State = RunState.Cancelled }, Cancel);

        Assert.Equal("complete", (await working).Settled);
        await rig.FinishAsync();
        Assert.All(await rig.Trials.ListAsync(Enumerable.Range(2, 5), Cancel), t => Assert.Equal(0, t.Attempt));
        Assert.Equal(RunState.Cancelled, (await rig.FindAsync()).State);
        Assert.Empty(await rig.CheckpointsAsync());
        Assert.Empty(await rig.ManifestsAsync());
    }

    private async Task<SweepRig> StartAsync(RunOptions? options = null) => await SweepRig.StartAsync(await azurite.NewPipelineAccountAsync(), options);
}
