using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Pipeline.Functions.Serving;

namespace Pipeline.UnitTests.Serving;

public sealed class QuickStartModelTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);
    private static readonly PaddedBatch Batch = PaddedBatch.Of([new([1], [0])], 0);

    private readonly FakeTimeProvider _time = new();
    private readonly FakeModel _quick = new(1), _faster = new(2);

    [Fact]
    public async Task The_quick_model_answers_until_the_faster_one_is_there_and_then_goes()
    {
        var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var model = new QuickStartModel(_quick, () => { made.Task.Wait(); return _faster; }, Delay, _time, NullLogger.Instance);
        Assert.Equal(1, Answer(model));
        _time.Advance(Delay);
        Assert.Equal(1, Answer(model));

        made.SetResult();

        await BecomesAsync(2, model);
        Assert.True(_quick.IsDisposed);
        Assert.False(_faster.IsDisposed);
    }

    [Fact]
    public void Nothing_is_prepared_before_the_delay()
    {
        using var model = new QuickStartModel(_quick, () => throw new InvalidOperationException("too early"), Delay, _time, NullLogger.Instance);

        _time.Advance(Delay - TimeSpan.FromTicks(1));

        Assert.Equal(1, Answer(model));
    }

    [Fact]
    public async Task Where_the_faster_one_cannot_be_made_the_quick_one_goes_on()
    {
        var tried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var model = new QuickStartModel(_quick, () => { tried.SetResult(); throw new InvalidDataException("no room"); }, Delay, _time, NullLogger.Instance);
        _time.Advance(Delay);
        await tried.Task;

        Assert.Equal(1, Answer(model));
        model.Dispose();
        Assert.True(_quick.IsDisposed);
    }

    [Fact]
    public async Task Its_end_waits_for_what_is_half_made_and_lets_go_of_both()
    {
        var (begun, made) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var model = new QuickStartModel(_quick, () => { begun.SetResult(); made.Task.Wait(); return _faster; }, Delay, _time, NullLogger.Instance);
        _time.Advance(Delay);
        await begun.Task;

        var end = Task.Run(model.Dispose, TestContext.Current.CancellationToken);
        Assert.False(_quick.IsDisposed);
        made.SetResult();
        await end;

        Assert.True(_quick.IsDisposed);
        Assert.True(_faster.IsDisposed);
    }

    [Fact]
    public void Its_end_before_the_delay_prepares_nothing()
    {
        var model = new QuickStartModel(_quick, () => throw new InvalidOperationException("too late"), Delay, _time, NullLogger.Instance);

        model.Dispose();

        Assert.True(_quick.IsDisposed);
    }

    private static float Answer(QuickStartModel model) => model.Run(Batch)[0][0];

    private static async Task BecomesAsync(float expected, QuickStartModel model)
    {
        while (Answer(model) != expected)
            await Task.Delay(5, TestContext.Current.CancellationToken);
    }

    private sealed class FakeModel(float logit) : ITextModel
    {
        public bool IsDisposed { get; private set; }

        public float[][] Run(PaddedBatch batch)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return [[logit]];
        }

        public void Dispose() => IsDisposed = true;
    }
}
