using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core.Messaging;
using Pipeline.Functions.Envelope;
using Pipeline.Local;
using Pipeline.Local.Broker;
using Pipeline.Local.FunctionsHost;
using Pipeline.Tests.Shared;
using Pipeline.UnitTests.Functions;

namespace Pipeline.UnitTests.Local;

/// <summary>Messages of the embedded broker on their way to a function.</summary>
public sealed class QueueTriggerTests : IAsyncLifetime
{
    private const string Uploads = "dataset-uploads";

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<string> _notices = new();
    private PipelineLog _log = null!;
    private EmbeddedBroker _broker = null!;
    private IMessageQueue _queue = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _log = new PipelineLog(_folder.PathOf("log"), TimeProvider.System);
        _log.Notice += _notices.Enqueue;
        _broker = await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions { MaxDeliveryCounts = new Dictionary<string, int> { [Uploads] = 4, ["inbox-uploads"] = 1 } }, TimeProvider.System);
        _queue = Open(Uploads);
    }

    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        await _broker.DisposeAsync();
        _log.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Several_uploads_are_worked_on_at_once_and_no_more_than_the_host_allows()
    {
        var (running, most) = (0, 0);
        var four = new TaskCompletionSource();
        var end = new TaskCompletionSource();
        var handler = new Handler(async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            if (running == 4)
                four.TrySetResult();
            await end.Task;
            Interlocked.Decrement(ref running);
            return HttpStatusCode.OK;
        });
        for (var i = 0; i < 6; i++)
            await _queue.SendAsync($"{i}", "{}", Cancel);

        await using (Start(handler))
        {
            await four.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
            Assert.Equal((2, 4), (_broker.Counts(Uploads).Active, _broker.Counts(Uploads).Locked));
            end.SetResult();
            await UntilAsync(() => handler.Done.Count == 6);
        }

        Assert.Equal(4, most);
    }

    [Fact]
    public async Task An_upload_that_keeps_failing_holds_up_no_other_is_told_of_and_ends_in_the_dead_letter_queue()
    {
        var handler = new Handler(body => Task.FromResult(body.Contains("bad", StringComparison.Ordinal) ? HttpStatusCode.InternalServerError : HttpStatusCode.OK));
        foreach (var name in new[] { "bad", "good-1", "good-2" })
            await _queue.SendAsync(name, new JsonObject { ["name"] = name }.ToJsonString(), Cancel);

        await using (Start(handler))
            await UntilAsync(() => handler.Done.Count == 6 && _broker.Counts(Uploads).DeadLettered == 1);

        Assert.Equal(["1", "2", "3", "4"], handler.Done.Where(d => d.Body.Contains("bad", StringComparison.Ordinal)).Select(d => d.DeliveryCount));
        Assert.Contains("delivery 3 of bad failed", Assert.Single(_notices), StringComparison.Ordinal);
        await using var dead = Open($"{Uploads}/$DeadLetterQueue");
        var given = await dead.ReceiveAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal("bad", given!.MessageId);
        Assert.Equal("MaxDeliveryCountExceeded", given.ApplicationProperties["DeadLetterReason"]);
    }

    [Fact]
    public async Task An_upload_whose_deliveries_are_used_up_reaches_the_function_that_gives_it_up_with_the_brokers_reason()
    {
        const string Once = "inbox-uploads"; // A delivery that fails takes two seconds.
        var handler = new RecordingDropHandler { Failure = new IOException("The storage is away.") };
        var blob = new DroppedBlob("datasets", "spam.csv", "0x8DC", 42, "text/csv", DateTimeOffset.UnixEpoch);
        await using var app = await RunningFunctions.StartAsync(configure: b => b.Services.AddSingleton<IDropHandler>(handler));
        var invoker = new FunctionInvoker(app.Http, _log, TimeProvider.System);
        await using var queue = Open(Once);
        await using var dead = Open($"{Once}/$DeadLetterQueue");
        await queue.SendAsync("id", BlobCreatedEvent.For(blob, new Uri("http://127.0.0.1/datasets")).ToJsonString(), Cancel);

        await Trigger("IngestDataset", queue, invoker).ReceiveAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal(1, _broker.Counts(Once).DeadLettered);
        handler.Failure = null;
        await Trigger("GiveUpUpload", dead, invoker).ReceiveAsync(TimeSpan.FromSeconds(10), Cancel);

        var given = Assert.Single(handler.GivenUp);
        Assert.Equal(("spam.csv", "0x8DC", 42, DateTimeOffset.UnixEpoch), (given.Event.Blob, given.Event.ETag, given.Event.SizeBytes, given.Event.At));
        Assert.Equal("the queue gave up its message (MaxDeliveryCountExceeded). Message could not be consumed after 1 delivery attempts.", given.Why);
        Assert.Equal(0, _broker.Counts(Once).DeadLettered);
    }

    private QueueTrigger Trigger(string function, IMessageQueue queue, FunctionInvoker invoker) =>
        new(new FunctionDefinition(function, "message"), queue, invoker, _log, TimeProvider.System);

    private IMessageQueue Open(string queue) =>
        TrainingQueueFactory.CreateFor(queue, new QueueOptions { Address = _broker.Address }, TimeProvider.System, NullLoggerFactory.Instance);

    private Triggering Start(Handler handler)
    {
        var http = new HttpClient(handler) { BaseAddress = new Uri("http://127.0.0.1:1") };
        var invoker = new FunctionInvoker(http, _log, TimeProvider.System);
        return new Triggering(new QueueTrigger(new FunctionDefinition("IngestDataset", "message", Uploads), _queue, invoker, _log, TimeProvider.System));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition())
            await Task.Delay(20, patience.Token);
    }

    private sealed class Triggering : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public Triggering(QueueTrigger trigger) => _running = trigger.RunAsync(maxConcurrentCalls: 4, _stop.Token);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
            _stop.Dispose();
        }
    }

    private sealed class Handler(Func<string, Task<HttpStatusCode>> answer) : HttpMessageHandler
    {
        /// <summary>The calls that were answered.</summary>
        public ConcurrentQueue<(string Body, string DeliveryCount)> Done { get; } = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = await request.Content!.ReadAsStringAsync(cancellationToken);
            var status = await answer(body);
            Done.Enqueue((body, (string)JsonNode.Parse(body)!["Metadata"]!["DeliveryCount"]!));
            return new HttpResponseMessage(status) { Content = new StringContent("{}") };
        }
    }
}
