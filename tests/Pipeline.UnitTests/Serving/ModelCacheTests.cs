using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Pipeline.Functions.Serving;

namespace Pipeline.UnitTests.Serving;

public sealed class ModelCacheTests : IAsyncDisposable
{
    private readonly FakeModelSource _source = new();
    private readonly RecordingLoadFailures _failures = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ModelCache _cache;

    public ModelCacheTests() =>
        _cache = new ModelCache(_source, Options.Create(new ServingOptions()), _failures, _time, NullLogger<ModelCache>.Instance);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task However_many_requests_wait_a_model_is_loaded_once()
    {
        var gate = new TaskCompletionSource();
        _source.Gate = gate.Task;
        _source.Publish("spam", "v1");
        var requests = Enumerable.Range(0, 50).Select(_ => Task.Run(VersionAsync)).ToArray();

        gate.SetResult();

        Assert.All(await Task.WhenAll(requests), v => Assert.Equal("v1", v));
        Assert.Equal(["v1"], _source.Loads);
    }

    [Fact]
    public async Task A_model_that_is_not_published_is_none_and_can_be_published_later()
    {
        Assert.Null(await VersionAsync());

        _source.Publish("spam", "v1");

        Assert.Equal("v1", await VersionAsync());
    }

    [Fact]
    public async Task The_pointer_is_read_at_most_once_per_interval()
    {
        _source.Publish("spam", "v1");

        for (var i = 0; i < 100; i++)
            await VersionAsync();

        Assert.Equal(1, _source.Checks);
    }

    [Fact]
    public async Task A_new_version_takes_over_and_the_old_one_is_let_go()
    {
        _source.Publish("spam", "v1");
        await VersionAsync();

        _source.Publish("spam", "v2");
        await UntilAsync(async () => await VersionAsync() == "v2");

        await UntilAsync(() => Task.FromResult(_source.Released.Contains("v1")));
    }

    [Fact]
    public async Task Requests_are_answered_by_the_old_version_while_the_new_one_loads()
    {
        _source.Publish("spam", "v1");
        await VersionAsync();
        var gate = new TaskCompletionSource();
        _source.Gate = gate.Task;

        _source.Publish("spam", "v2");
        await UntilAsync(async () => await VersionAsync() == "v1" && _source.Loads.Contains("v2"));
        Assert.Equal("v1", await VersionAsync());
        gate.SetResult();

        await UntilAsync(async () => await VersionAsync() == "v2");
    }

    [Fact]
    public async Task A_request_in_flight_finishes_on_the_version_it_started_with()
    {
        _source.Publish("spam", "v1");
        var lease = await _cache.AcquireAsync("spam", Cancel);
        _source.Publish("spam", "v2");
        await UntilAsync(async () => await VersionAsync() == "v2");

        Assert.Empty(_source.Released);
        var answer = await lease!.Model.ClassifyAsync([new TextInput("text")], new AnswerOptions(Top: 1), Cancel);
        Assert.Equal("v1", answer[0][0].Label);

        lease.Dispose();
        await UntilAsync(() => Task.FromResult(_source.Released.Contains("v1")));
    }

    [Fact]
    public async Task Versions_that_come_while_many_requests_run_fail_none_of_them()
    {
        _source.Publish("spam", "v0");
        await VersionAsync();
        using var done = new CancellationTokenSource();
        var requests = Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            var served = 0;
            while (!done.IsCancellationRequested)
            {
                using var lease = await _cache.AcquireAsync("spam", Cancel);
                var answer = await lease!.Model.ClassifyAsync([new TextInput("text")], new AnswerOptions(Top: 1), Cancel);
                Assert.Equal(lease.Model.Manifest.Version, answer[0][0].Label);
                served++;
            }

            return served;
        })).ToArray();

        for (var version = 1; version <= 20; version++)
        {
            _source.Publish("spam", $"v{version}");
            await UntilAsync(async () => await VersionAsync() == $"v{version}");
        }

        await done.CancelAsync();
        Assert.All(await Task.WhenAll(requests), served => Assert.True(served > 0));
        await UntilAsync(() => Task.FromResult(_source.Released.Count >= 20));
        Assert.Equivalent(Enumerable.Range(0, 20).Select(v => $"v{v}"), _source.Released, strict: true);
    }

    [Fact]
    public async Task A_version_that_fails_to_load_leaves_the_old_one_serving_and_is_not_tried_again_at_once()
    {
        _source.Publish("spam", "v1");
        await VersionAsync();
        _source.Broken["v2"] = true;
        _source.Publish("spam", "v2");

        await UntilAsync(() => Task.FromResult(_source.Loads.Contains("v2")), advance: VersionAsync);
        var checks = _source.Checks;
        await UntilAsync(() => Task.FromResult(_source.Checks > checks + 3), advance: VersionAsync);

        Assert.Equal("v1", await VersionAsync());
        Assert.Equal(["v1", "v2"], _source.Loads);
        Assert.Empty(_source.Released);
        Assert.Equal([("v2", "v1")], _failures.Failures);
    }

    [Fact]
    public async Task A_version_that_failed_is_tried_again_later()
    {
        _source.Publish("spam", "v1");
        await VersionAsync();
        _source.Broken["v2"] = true;
        _source.Publish("spam", "v2");
        await UntilAsync(() => Task.FromResult(_source.Loads.Contains("v2")), advance: VersionAsync);

        _source.Broken.Clear();
        _time.Advance(TimeSpan.FromMinutes(2));

        await UntilAsync(async () => await VersionAsync() == "v2");
    }

    [Fact]
    public async Task A_first_version_that_fails_to_load_fails_its_requests_and_is_tried_again_by_the_next()
    {
        _source.Broken["v1"] = true;
        _source.Publish("spam", "v1");
        await Assert.ThrowsAsync<InvalidDataException>(VersionAsync);
        Assert.Equal([("v1", null)], _failures.Failures);

        _source.Broken.Clear();

        Assert.Equal("v1", await VersionAsync());
    }

    [Fact]
    public async Task Storage_out_of_reach_leaves_the_version_serving()
    {
        _source.Publish("spam", "v1");
        await VersionAsync();
        _source.PointerFailure = new IOException("no route");
        var checks = _source.Checks;

        await UntilAsync(() => Task.FromResult(_source.Checks > checks), advance: VersionAsync);

        Assert.Equal("v1", await VersionAsync());
    }

    [Fact]
    public async Task A_model_taken_out_of_production_is_none()
    {
        _source.Publish("spam", "v1");
        await VersionAsync();

        _source.Withdraw("spam");

        await UntilAsync(async () => await VersionAsync() is null);
        await UntilAsync(() => Task.FromResult(_source.Released.Contains("v1")));
    }

    [Fact]
    public async Task A_caller_who_gives_up_does_not_end_the_load_of_the_others()
    {
        var gate = new TaskCompletionSource();
        _source.Gate = gate.Task;
        _source.Publish("spam", "v1");
        using var impatience = new CancellationTokenSource();
        var impatient = _cache.AcquireAsync("spam", impatience.Token);
        var patient = VersionAsync();

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        gate.SetResult();

        Assert.Equal("v1", await patient);
        Assert.Equal(["v1"], _source.Loads);
    }

    [Fact]
    public async Task A_version_is_loaded_by_name_beside_the_one_in_production_and_stays_when_that_moves_on()
    {
        _source.Publish("spam", "v2");
        _source.Published[("spam", "v1")] = true;

        Assert.Equal(("v2", "v1"), (await VersionAsync(), await VersionAsync("v1")));
        _source.Publish("spam", "v3");
        await UntilAsync(async () => await VersionAsync() == "v3");

        Assert.Equal("v1", await VersionAsync("v1"));
        Assert.Equal(["v2", "v1", "v3"], _source.Loads);
        Assert.Equal("v3", Assert.Single(_cache.Versions).Value);
    }

    [Fact]
    public async Task A_version_that_is_not_published_is_none() => Assert.Null(await VersionAsync("v1"));

    [Fact]
    public async Task A_version_that_is_in_production_too_is_loaded_once_and_let_go_once()
    {
        _source.Publish("spam", "v1");
        await VersionAsync();
        await VersionAsync("v1");
        Assert.Equal(["v1"], _source.Loads);

        _source.Publish("spam", "v2");
        await UntilAsync(async () => await VersionAsync() == "v2");
        Assert.Equal("v1", await VersionAsync("v1"));
        Assert.Empty(_source.Released);

        await _cache.DisposeAsync();
        Assert.Equal(["v1", "v2"], _source.Released.Order());
    }

    [Fact]
    public async Task However_many_requests_wait_for_a_version_it_is_loaded_once()
    {
        var gate = new TaskCompletionSource();
        _source.Gate = gate.Task;
        _source.Published[("spam", "v1")] = true;
        var requests = Enumerable.Range(0, 50).Select(_ => Task.Run(() => VersionAsync("v1"))).ToArray();

        gate.SetResult();

        Assert.All(await Task.WhenAll(requests), v => Assert.Equal("v1", v));
        Assert.Equal(["v1"], _source.Loads);
    }

    [Fact]
    public async Task A_request_waits_for_a_load_only_so_long_and_the_load_goes_on_for_the_next()
    {
        var gate = new TaskCompletionSource();
        _source.Gate = gate.Task;
        _source.Publish("spam", "v1");
        var impatient = VersionAsync();
        while (_source.Loads.IsEmpty)
            await Task.Delay(1, Cancel);
        Assert.False(impatient.IsCompleted);

        _time.Advance(new ServingOptions().MaxLoadWait);
        await Assert.ThrowsAsync<ModelLoadingException>(() => impatient);
        gate.SetResult();

        Assert.Equal("v1", await VersionAsync());
        Assert.Equal(["v1"], _source.Loads);
    }

    [Fact]
    public async Task At_the_end_every_version_is_let_go()
    {
        _source.Publish("spam", "v1");
        await VersionAsync();

        await _cache.DisposeAsync();

        Assert.Equal(["v1"], _source.Released);
    }

    public ValueTask DisposeAsync() => _cache.DisposeAsync();

    private Task<string?> VersionAsync() => VersionAsync(null);

    private async Task<string?> VersionAsync(string? version)
    {
        using var lease = await _cache.AcquireAsync("spam", version, Cancel);
        return lease?.Model.Manifest.Version;
    }

    // The check runs behind the requests, so a test asks until it has shown; each round makes it due again.
    private async Task UntilAsync(Func<Task<bool>> condition, Func<Task>? advance = null)
    {
        while (!await condition())
        {
            Cancel.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromSeconds(3));
            if (advance is not null)
                await advance();
            await Task.Delay(1, Cancel);
        }
    }
}
