using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Pipeline.Core.Messaging;
using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;
using Pipeline.Functions.Recovery;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.IntegrationTests.Ingestion;
using Pipeline.IntegrationTests.Serving;
using Pipeline.IntegrationTests.Training;
using Pipeline.Trainer;
using Pipeline.Trainer.Jobs;

namespace Pipeline.IntegrationTests.Recovery;

/// <summary>Runs that nobody works on any more.</summary>
public sealed class RunRecoveryTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);
    private readonly RecordingQueue _queue = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_message_of_a_silent_trainer_is_sent_again_once_for_each_time_it_goes_silent()
    {
        var (storage, runs) = await AccountAsync();
        await runs.TryCreateAsync(Beating("mail-1", RunState.Training, Start), Cancel);
        await runs.TryCreateAsync(Beating("mail-2", RunState.Evaluating, Start.AddMinutes(8)), Cancel);
        await runs.TryCreateAsync(Beating("mail-3", RunState.Succeeded, Start), Cancel);
        await runs.TryCreateAsync(Beating("mail-4", RunState.Queued, Start), Cancel);
        _time.Advance(TimeSpan.FromMinutes(11));

        Assert.Contains("mail-1", Assert.Single(await Recovery(storage).CheckAsync(Cancel)), StringComparison.Ordinal);
        Assert.Empty(await Recovery(storage).CheckAsync(Cancel));

        Assert.Equal(new TrainingRequest("mail-1", "mail") { ResentAt = _time.GetUtcNow() }, Assert.Single(_queue.Sent));
        Assert.NotEqual("mail-1", _queue.Sent[0].MessageId); // the broker would take it for the first one
        Assert.Equal(_time.GetUtcNow(), (await runs.FindAsync("mail-1", Cancel))!.ResentAt);

        // A trainer took it, and went silent too.
        _time.Advance(TimeSpan.FromMinutes(1));
        await runs.UpdateAsync("mail-1", r => r with { HeartbeatAt = _time.GetUtcNow() }, Cancel);
        await runs.UpdateAsync("mail-2", r => r with { State = RunState.Succeeded }, Cancel);
        Assert.Empty(await Recovery(storage).CheckAsync(Cancel));
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.Single(await Recovery(storage).CheckAsync(Cancel));
        Assert.Equal(2, _queue.Sent.Select(m => m.MessageId).Distinct().Count());
    }

    [Fact]
    public async Task A_run_that_no_trainer_takes_up_again_is_failed_with_what_to_do()
    {
        var (storage, runs) = await AccountAsync();
        await runs.TryCreateAsync(Beating("mail-1", RunState.Training, Start), Cancel);
        _time.Advance(TimeSpan.FromMinutes(11));
        await Recovery(storage).CheckAsync(Cancel);
        _time.Advance(TimeSpan.FromHours(23));
        Assert.Empty(await Recovery(storage).CheckAsync(Cancel));
        _time.Advance(TimeSpan.FromHours(2));

        Assert.Contains("no-trainer", Assert.Single(await Recovery(storage).CheckAsync(Cancel)), StringComparison.Ordinal);

        var run = (await runs.FindAsync("mail-1", Cancel))!;
        Assert.Equal((RunState.Failed, "no-trainer", _time.GetUtcNow()), (run.State, run.Failure!.Code, run.FinishedAt!.Value));
        Assert.Single(_queue.Sent);
    }

    [Fact]
    public async Task A_dataset_that_nobody_reads_any_more_ends_its_run()
    {
        var (storage, runs) = await AccountAsync();
        await runs.TryCreateAsync(RunFixtures.Run("mail-1", "mail", RunState.Validating, Start), Cancel);
        _time.Advance(TimeSpan.FromDays(2));
        Assert.Empty(await Recovery(storage).CheckAsync(Cancel));
        _time.Advance(TimeSpan.FromDays(2));

        Assert.Single(await Recovery(storage).CheckAsync(Cancel));

        Assert.Equal((RunState.Failed, "ingest-gone"), ((await runs.FindAsync("mail-1", Cancel)) is { } run ? (run.State, run.Failure!.Code) : default));
    }

    [Fact]
    public async Task A_message_that_was_given_up_ends_its_run_with_the_brokers_reason_unless_a_trainer_is_at_work()
    {
        var (storage, runs) = await AccountAsync();
        await runs.TryCreateAsync(Beating("mail-1", RunState.Queued, null), Cancel);
        await runs.TryCreateAsync(Beating("mail-2", RunState.Training, Start), Cancel);
        await runs.TryCreateAsync(Beating("mail-3", RunState.Succeeded, null), Cancel);
        var recovery = Recovery(storage);

        foreach (var id in new[] { "mail-1", "mail-2", "mail-3", "mail-4" })
            await recovery.GiveUpAsync(new DeadRequest(new TrainingRequest(id, "mail"), "TTLExpiredException", "The message expired."), Cancel);

        var failed = (await runs.FindAsync("mail-1", Cancel))!;
        Assert.Equal((RunState.Failed, "message-given-up"), (failed.State, failed.Failure!.Code));
        Assert.Contains("TTLExpiredException", failed.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("The message expired.", failed.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(RunState.Training, (await runs.FindAsync("mail-2", Cancel))!.State);
        Assert.Equal(RunState.Succeeded, (await runs.FindAsync("mail-3", Cancel))!.State);
    }

    [Fact]
    public async Task Of_a_sweep_the_silent_trials_get_their_messages_and_all_where_it_is_silent_as_a_whole()
    {
        var (storage, runs) = await AccountAsync();
        var rig = await SweepRig.StartAsync(storage);
        await runs.UpdateAsync(rig.Run.RunId, r => r with { State = RunState.Training, HeartbeatAt = Start.AddMinutes(8) }, Cancel);
        await rig.Trials.UpdateAsync(2, t => t with { State = TrialState.Training, HeartbeatAt = Start }, Cancel);
        await rig.Trials.UpdateAsync(3, t => t with { State = TrialState.Training, HeartbeatAt = Start.AddMinutes(8) }, Cancel);
        _time.Advance(TimeSpan.FromMinutes(11));

        Assert.Single(await Recovery(storage).CheckAsync(Cancel));
        Assert.Empty(await Recovery(storage).CheckAsync(Cancel));
        Assert.Equal(2, Assert.Single(_queue.Sent).Trial);

        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.Single(await Recovery(storage).CheckAsync(Cancel));
        Assert.Equal(new int?[] { 1, 2, 3, 4, 5, 6 }, _queue.Sent.Skip(1).Select(m => m.Trial).Order());
        Assert.Empty(await Recovery(storage).CheckAsync(Cancel));
    }

    [Fact]
    public async Task A_sweep_goes_on_without_a_trial_whose_message_was_given_up()
    {
        var (storage, runs) = await AccountAsync();
        var rig = await SweepRig.StartAsync(storage);
        await runs.UpdateAsync(rig.Run.RunId, r => r with { State = RunState.Training, HeartbeatAt = Start }, Cancel);

        await Recovery(storage).GiveUpAsync(new DeadRequest(rig.Message(4, 0), "MaxDeliveryCountExceeded", null), Cancel);

        var trial = (await rig.Trials.FindAsync(4, Cancel))!;
        Assert.Equal((TrialState.Failed, "message-given-up"), (trial.State, trial.Failure!.Code));
        Assert.Equal(RunState.Training, (await runs.FindAsync(rig.Run.RunId, Cancel))!.State);
        Assert.Equal((4, true), (_queue.Sent[0].Trial!.Value, _queue.Sent[0].ResentAt is not null));
        // A trainer that is given that message finds nothing to train, and drops it or brings the sweep on.
        Assert.Equal("complete", (await rig.HandleAsync(_queue.Sent[0])).Settled);
    }

    [Fact]
    public async Task A_trainer_drops_a_message_that_was_sent_again_where_the_run_has_shown_life_since()
    {
        var (storage, runs) = await AccountAsync();
        var run = await SeededRun.CreateAsync(storage, Cancel);
        var alive = await runs.UpdateAsync(run.RunId, r => r with { State = RunState.Training, Owner = "another", HeartbeatAt = Start.AddMinutes(1) }, Cancel);
        var delivery = new FakeDelivery(new TrainingRequest(run.RunId, "mail") { ResentAt = Start });

        await new TrainingJob(storage, _queue, new TrainerOptions { Threads = 1 }, TimeProvider.System, NullLoggerFactory.Instance).HandleAsync(delivery, Cancel);

        Assert.Equal("complete", delivery.Settled);
        Assert.Equal(alive, (await runs.FindAsync(run.RunId, Cancel))! with { Options = alive.Options, Ingest = alive.Ingest });
    }

    private static RunRecord Beating(string id, RunState state, DateTimeOffset? heartbeat) =>
        RunFixtures.Run(id, "mail", state, Start) with { HeartbeatAt = heartbeat };

    private async Task<(BlobServiceClient Storage, RunStore Runs)> AccountAsync()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        return (storage, new RunStore(storage));
    }

    private RunRecovery Recovery(BlobServiceClient storage)
    {
        var (runs, events, options) = (new RunStore(storage), new RunEventLog(storage), Options.Create(new RecoveryOptions()));
        return new RunRecovery(runs, events, _queue, new SweepRecovery(storage, runs, events, _queue, options, _time), options, _time, NullLogger<RunRecovery>.Instance);
    }
}
