using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Pipeline.Core.Costs;
using Pipeline.Core.Runs;
using Pipeline.Trainer.Jobs;
using Pipeline.Trainer.Training;

namespace Pipeline.Modeling.Tests.Training;

public sealed class RunReporterTests : IDisposable
{
    private readonly AppendBlobs _storage = new();
    private readonly Hold _hold = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _storage.Dispose();

    [Fact]
    public async Task Events_are_written_after_the_record_and_in_order()
    {
        await using var reporter = Reporter();
        reporter.Event("state", "one");
        reporter.Event("warning", "two");
        await reporter.FlushAsync(_hold.BeatAsync, Cancel);
        reporter.Event("state", "three");
        await reporter.FlushAsync(_hold.BeatAsync, Cancel);

        Assert.Equal(2, _hold.Beats);
        Assert.Equal(["one", "two", "three"], Messages());
    }

    [Fact]
    public async Task A_log_that_cannot_be_written_breaks_nothing_and_is_written_once_with_the_next_flush()
    {
        await using var reporter = Reporter();
        _storage.Refuses = true;
        reporter.Event("state", "one");
        await reporter.FlushAsync(_hold.BeatAsync, Cancel);
        Assert.Equal(1, _hold.Beats);
        Assert.Empty(Messages());

        _storage.Refuses = false;
        reporter.Event("state", "two");
        await reporter.FlushAsync(_hold.BeatAsync, Cancel);

        Assert.Equal(["one", "two"], Messages());
    }

    [Fact]
    public async Task The_last_words_are_tried_again_when_the_attempt_ends()
    {
        await using (var reporter = Reporter())
        {
            _storage.Refuses = true;
            reporter.Event("state", "The run has succeeded.");
            await reporter.FlushAsync(_hold.BeatAsync, Cancel);
            _storage.Refuses = false;
        }

        Assert.Equal(["The run has succeeded."], Messages());
    }

    [Fact]
    public async Task A_run_that_was_taken_away_has_no_more_words_of_this_trainer()
    {
        await using (var reporter = Reporter())
        {
            reporter.Event("state", "The run has succeeded.");
            await Assert.ThrowsAsync<RunTakenException>(
                () => reporter.FlushAsync((_, _) => throw new RunTakenException(cancelled: false, "another's"), Cancel));
        }

        Assert.Empty(_storage.Blobs);
    }

    [Fact]
    public async Task A_loss_that_is_no_number_is_warned_of_once_and_left_out_of_the_figures()
    {
        await using var reporter = Reporter();
        for (var step = 1; step <= 3; step++)
            reporter.OnStep(new StepReport(step, 3, Epoch: step, EvaluationsLeft: 0, IsEvaluated: true, LearningRate: 1, new StepWork(1, 1, 1, 1), () => new(double.NaN, 1)));
        await reporter.FlushAsync(_hold.BeatAsync, Cancel);

        var events = _storage.Events("run-1");
        Assert.Single(events, e => e.Type == "warning");
        Assert.All(events.Where(e => e.Type == "step"), e => Assert.DoesNotContain("loss", e.Metrics!.Keys));
    }

    [Fact]
    public async Task A_training_that_is_stopped_says_where_it_stands_and_not_which_step_was_last_reported()
    {
        await using var reporter = Reporter();
        for (var step = 1; step <= 2; step++)
            reporter.OnStep(new StepReport(step, 9, Epoch: step / 9.0, EvaluationsLeft: 0, IsEvaluated: false, LearningRate: 1, new StepWork(1, 1, 1, 1), () => new(1, 1)));
        await reporter.FlushAsync(_hold.BeatAsync, Cancel);
        Assert.Equal(1, _hold.Progress!.Step);

        reporter.StandsAt(2);
        await reporter.FlushAsync(_hold.BeatAsync, Cancel);

        Assert.Equal(2, _hold.Progress.Step);
    }

    private RunReporter Reporter()
    {
        var options = new BlobClientOptions { Transport = new HttpClientTransport(new HttpClient(_storage, disposeHandler: false)) };
        options.Retry.MaxRetries = 0;
        return new RunReporter(
            _hold, new BlobServiceClient(new Uri("http://storage.test"), options), TimeSpan.FromSeconds(3), new FakeTimeProvider(), NullLogger.Instance);
    }

    private IEnumerable<string?> Messages() => _storage.Events("run-1").Select(e => e.Message);

    private sealed class Hold : IHold
    {
        public string RunId => "run-1";

        public int? Trial => null;

        public string Name => "Run 'run-1'";

        public UsageMeter Usage { get; } = new(new FakeTimeProvider(), new RateOptions());

        public int Beats { get; private set; }

        public TrainingProgress? Progress { get; private set; }

        public Task BeatAsync(TrainingProgress progress, CancellationToken cancellationToken)
        {
            Beats++;
            Progress = progress;
            return Task.CompletedTask;
        }

        public Task CheckAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<int> AttemptsWithoutProgressAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task GiveBackAsync(TrainingProgress progress, bool inGoodOrder, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task FailAsync(RunFailure failure, TrainingProgress progress, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
