using Pipeline.Local.Broker;
using Pipeline.Tests.Messaging;

namespace Pipeline.UnitTests.Messaging;

public sealed class BrokerRestartTests : BrokerTest
{
    private readonly string _folder = Directory.CreateTempSubdirectory("broker-").FullName;

    internal override EmbeddedBrokerOptions Options => new() { DataDirectory = _folder };

    private string JournalFile => Path.Combine(_folder, "broker.jsonl");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Nothing_is_lost_and_the_client_connects_again()
    {
        var queue = Connect();
        await SendAsync(queue, "waiting");
        await SendAsync(queue, "done");
        await SendAsync(queue, "dead");
        await SendAsync(queue, "held");
        await (await ReceiveAsync(queue)).AbandonAsync(Stop);
        foreach (var _ in Enumerable.Range(0, 4))
        {
            var delivery = await ReceiveAsync(queue);
            if (delivery.Request.RunId == "waiting")
                continue;
            if (delivery.Request.RunId == "done")
                await delivery.CompleteAsync(Stop);
            if (delivery.Request.RunId == "dead")
                await delivery.DeadLetterAsync("reason", "description", Stop);
        }

        await RestartAsync();

        Assert.Equal(new(Queue, Active: 2, Locked: 0, DeadLettered: 1), Broker.Counts(Queue));
        var first = await ReceiveAsync(queue);
        var second = await ReceiveAsync(queue);
        Assert.Equal([("held", 2), ("waiting", 3)],
            new[] { first, second }.Select(d => (d.Request.RunId, d.DeliveryCount)).Order());
        using var dead = await RawAmqp.ReceiveAsync(Broker.Address, $"{Queue}/$DeadLetterQueue");
        Assert.Equal("description", dead.ApplicationProperties["DeadLetterErrorDescription"]);
    }

    [Fact]
    public async Task Duplicates_are_still_known()
    {
        var queue = Connect();
        await SendAsync(queue);
        await (await ReceiveAsync(queue)).CompleteAsync(Stop);

        await RestartAsync();
        await RestartAsync();
        await SendAsync(queue);

        Assert.Equal(0, Broker.Counts(Queue).Active);
    }

    [Fact]
    public async Task A_client_that_waits_through_the_restart_gets_the_message()
    {
        var receiver = Connect();
        // Longer than a connection that the restart cut off while it was made is waited for.
        var waiting = receiver.ReceiveAsync(TimeSpan.FromSeconds(90), Stop);

        await RestartAsync();
        await SendAsync(Connect());

        Assert.Equal("spam-1", (await waiting)?.Request.RunId);
    }

    [Fact]
    public async Task A_line_that_a_crash_cut_off_is_passed_over()
    {
        await SendAsync(Connect());
        await Broker.DisposeAsync();
        var whole = await File.ReadAllTextAsync(JournalFile, Stop);
        await File.WriteAllTextAsync(JournalFile, whole + whole.TrimEnd()[..^10], Stop);

        await RestartAsync();

        Assert.Equal(1, Broker.Counts(Queue).Active);
    }

    [Fact]
    public async Task A_damaged_line_is_named_in_the_error()
    {
        await SendAsync(Connect());
        await Broker.DisposeAsync();
        await File.AppendAllTextAsync(JournalFile, "{damaged}\n", Stop);

        var failure = await Assert.ThrowsAsync<InvalidDataException>(RestartAsync);

        Assert.Contains($"{JournalFile}, line 2", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_broker_on_the_same_port_is_refused()
    {
        var failure = await Assert.ThrowsAsync<IOException>(
            () => EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions { Port = Broker.Address.Port }, Clock));

        Assert.Contains($"Port {Broker.Address.Port} is taken", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_broker_on_the_same_folder_is_refused() =>
        await Assert.ThrowsAsync<IOException>(() => EmbeddedBroker.StartAsync(Options, Clock));
}
