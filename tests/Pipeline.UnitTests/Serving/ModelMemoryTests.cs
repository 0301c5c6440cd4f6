using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Pipeline.Functions.Serving;

namespace Pipeline.UnitTests.Serving;

public sealed class ModelMemoryTests : IAsyncDisposable
{
    private readonly FakeModelSource _source = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ModelCache _cache;

    public ModelMemoryTests()
    {
        _cache = new ModelCache(_source, Options.Create(new ServingOptions { MaxModelBytes = 250 }), new RecordingLoadFailures(), _time, NullLogger<ModelCache>.Instance);
        foreach (var name in (string[])["a", "b", "c"])
            _source.Publish(name, name + "1");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Models_within_the_budget_all_stay()
    {
        await UseAsync("a", "b", "a", "b");

        Assert.Equal(["a1", "b1"], _source.Loads);
        Assert.Empty(_source.Released);
    }

    [Fact]
    public async Task The_model_that_was_not_asked_for_the_longest_makes_room_and_comes_back_when_it_is_asked_for()
    {
        await UseAsync("a", "b", "a", "c");
        Assert.Equal(["b1"], _source.Released);

        await UseAsync("b");

        Assert.Equal(["b1", "a1"], _source.Released);
        Assert.Equal(["b", "c"], _cache.Versions.Keys);
    }

    [Fact]
    public async Task A_version_asked_for_by_name_takes_room_and_makes_room_like_any_other()
    {
        _source.Published[("a", "a0")] = true;
        await UseAsync("a", "b");

        (await _cache.AcquireAsync("a", "a0", Cancel))!.Dispose();
        Assert.Equal(["a1"], _source.Released);
        await UseAsync("b", "c");

        Assert.Equal(["a1", "a0"], _source.Released);
    }

    [Fact]
    public async Task A_version_that_serves_by_name_too_counts_once()
    {
        await UseAsync("a", "b");

        (await _cache.AcquireAsync("a", "a1", Cancel))!.Dispose();

        Assert.Empty(_source.Released);
    }

    [Fact]
    public async Task A_request_finishes_on_a_model_that_has_to_go()
    {
        using (var lease = await AcquireAsync("a"))
        {
            await UseAsync("b", "c");

            Assert.Equal(["b", "c"], _cache.Versions.Keys);
            Assert.Equal("a1", (await lease.Model.ClassifyAsync([new TextInput("text")], new AnswerOptions(Top: 1), Cancel))[0][0].Label);
            Assert.Empty(_source.Released);
        }

        Assert.Equal(["a1"], _source.Released);
    }

    [Fact]
    public async Task A_model_larger_than_the_budget_is_served_alone()
    {
        await UseAsync("a");
        _source.Bytes = 1_000;

        await UseAsync("b", "b");

        Assert.Equal(["b"], _cache.Versions.Keys);
        Assert.Equal(["a1", "b1"], _source.Loads);
    }

    [Fact]
    public async Task Requests_for_more_models_than_fit_are_all_answered() =>
        await Parallel.ForEachAsync(Enumerable.Range(0, 300), Cancel, async (i, _) =>
        {
            var name = "abc"[i % 3].ToString();
            using var lease = await AcquireAsync(name);
            Assert.Equal(name + "1", (await lease.Model.ClassifyAsync([new TextInput("text")], new AnswerOptions(Top: 1), Cancel))[0][0].Label);
        });

    public ValueTask DisposeAsync() => _cache.DisposeAsync();

    private async Task UseAsync(params string[] names)
    {
        foreach (var name in names)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            (await AcquireAsync(name)).Dispose();
        }
    }

    private async Task<ModelLease> AcquireAsync(string name) => Assert.IsType<ModelLease>(await _cache.AcquireAsync(name, Cancel));
}
