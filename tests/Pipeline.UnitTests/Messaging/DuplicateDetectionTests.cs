namespace Pipeline.UnitTests.Messaging;

public sealed class DuplicateDetectionTests : BrokerTest
{
    [Fact]
    public async Task A_second_message_with_the_same_run_id_is_dropped()
    {
        var queue = Connect();
        await SendAsync(queue);
        await SendAsync(queue);

        Assert.Equal(1, Broker.Counts(Queue).Active);
    }

    [Fact]
    public async Task It_is_dropped_even_after_the_first_was_completed()
    {
        var queue = Connect();
        await SendAsync(queue);
        await (await ReceiveAsync(queue)).CompleteAsync(Stop);

        await SendAsync(queue);

        Assert.Equal(0, Broker.Counts(Queue).Active);
    }

    [Fact]
    public async Task After_the_window_it_is_a_new_message()
    {
        var queue = Connect();
        await SendAsync(queue);

        Clock.Advance(TimeSpan.FromMinutes(10));
        await SendAsync(queue);

        Assert.Equal(2, Broker.Counts(Queue).Active);
    }
}
