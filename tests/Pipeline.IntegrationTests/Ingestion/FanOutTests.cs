using System.Text;
using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Runs;
using Pipeline.Functions.Ingestion.FanOut;
using Pipeline.IntegrationTests.Fixtures;

namespace Pipeline.IntegrationTests.Ingestion;

/// <summary>Datasets that are cut into parts, with sizes that a test can bear.</summary>
public sealed class FanOutTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly IngestOptions Small = new() { FanOutBytes = 2_000, PartBytes = 4_000 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parts_give_the_splits_the_labels_and_the_report_that_the_whole_file_gives()
    {
        var csv = Csv(600);
        var whole = await IngestRig.StartAsync(azurite);
        var expected = await whole.DropAsync("spam.csv", csv);
        var rig = await IngestRig.StartAsync(azurite, Small);

        await rig.UploadAsync("spam.csv", csv);
        await rig.HandleAsync("spam.csv");
        await PumpAsync(rig, instances: 3);

        var run = Assert.Single(await rig.Runs.ListAsync(Token));
        Assert.Equal(RunState.Queued, run.State);
        Assert.Equal(expected.Ingest!.Labels, run.Ingest!.Labels);
        Assert.True(run.Ingest.Splits["train"].Shards.Count > 5);
        foreach (var split in run.Ingest.Splits.Keys)
        {
            var (one, parts) = (await whole.ExamplesAsync(expected, split), await rig.ExamplesAsync(run, split));
            Assert.Equal(one.Select(e => (e.Row, e.Labels[0])), parts.Select(e => (e.Row, e.Labels[0])));
        }

        var (reportOfOne, reportOfParts) = (await whole.ReportAsync(expected.RunId), await rig.ReportAsync(run.RunId));
        Assert.Equal(
            reportOfOne.Findings.Select(f => JsonSerializer.Serialize(f, PipelineJson.Compact)),
            reportOfParts.Findings.Select(f => JsonSerializer.Serialize(f, PipelineJson.Compact)));
        Assert.Equal(run.RunId, Assert.Single(rig.Queue.Sent).RunId);
    }

    [Fact]
    public async Task Parts_give_the_numbers_of_a_regression_and_their_spread_that_the_whole_file_gives()
    {
        var csv = Csv(600).Replace(",spam\n", ",4.5\n").Replace(",ham\n", ",-0.25\n");
        var options = "{\"problem_type\":\"regression\"}";
        var (whole, rig) = (await IngestRig.StartAsync(azurite), await IngestRig.StartAsync(azurite, Small));
        await whole.UploadAsync("spam.options.json", options);
        var expected = await whole.DropAsync("spam.csv", csv);

        await rig.UploadAsync("spam.options.json", options);
        await rig.UploadAsync("spam.csv", csv);
        await rig.HandleAsync("spam.csv");
        await PumpAsync(rig, instances: 2);

        var run = Assert.Single(await rig.Runs.ListAsync(Token));
        Assert.Equal((RunState.Queued, ProblemType.Regression), (run.State, run.Ingest!.ProblemType));
        foreach (var split in run.Ingest.Splits.Keys)
        {
            var (one, parts) = (await whole.ExamplesAsync(expected, split), await rig.ExamplesAsync(run, split));
            Assert.Equal(one.Select(e => (e.Row, e.Target)), parts.Select(e => (e.Row, e.Target)));
        }

        var (reportOfOne, reportOfParts) = (await whole.ReportAsync(expected.RunId), await rig.ReportAsync(run.RunId));
        Assert.Equal(JsonSerializer.Serialize(reportOfOne.Target), JsonSerializer.Serialize(reportOfParts.Target));
        Assert.Equal(JsonSerializer.Serialize(reportOfOne.Findings), JsonSerializer.Serialize(reportOfParts.Findings));
    }

    [Fact]
    public async Task An_instance_that_dies_anywhere_leaves_nothing_that_the_next_does_not_mend()
    {
        var csv = Csv(300);
        var reference = await IngestRig.StartAsync(azurite, Small);
        await reference.UploadAsync("spam.csv", csv);
        await reference.HandleAsync("spam.csv");
        await PumpAsync(reference, instances: 1);
        var expected = Assert.Single(await reference.Runs.ListAsync(Token)).Ingest!;

        var rig = await IngestRig.StartAsync(azurite, Small);
        await rig.UploadAsync("spam.csv", csv);
        // Dies when it has sent half of the messages of a step, and before it sends the training request.
        var deaths = 0;
        rig.Parts.BeforeSend = r => r.Part == 2 && deaths++ % 2 == 0 ? throw new IOException("The process died here.") : Task.CompletedTask;
        rig.Queue.BeforeSend = _ => deaths++ < 8 ? throw new IOException("The process died here.") : Task.CompletedTask;
        await rig.HandleAsync("spam.csv");
        await PumpAsync(rig, instances: 2);

        var run = Assert.Single(await rig.Runs.ListAsync(Token));
        Assert.True(deaths >= 3);
        Assert.Equal(RunState.Queued, run.State);
        Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(run.Ingest));
    }

    [Fact]
    public async Task A_message_that_comes_twice_at_once_changes_nothing()
    {
        var rig = await IngestRig.StartAsync(azurite, Small);
        await rig.UploadAsync("spam.csv", Csv(300));
        await rig.HandleAsync("spam.csv");

        while (rig.Parts.Take() is { } request)
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => rig.NewFanOut().HandleAsync(request, Token), Token)));

        var run = Assert.Single(await rig.Runs.ListAsync(Token));
        Assert.Equal(RunState.Queued, run.State);
        Assert.All(rig.Queue.Sent, message => Assert.Equal(run.RunId, message.RunId));
        var rows = 0;
        foreach (var split in run.Ingest!.Splits.Keys)
            rows += (await rig.ExamplesAsync(run, split)).Count;
        Assert.Equal(run.Ingest.Splits.Values.Sum(s => s.Rows), rows);
    }

    [Fact]
    public async Task A_part_that_no_delivery_can_do_fails_the_run_with_a_reason()
    {
        var rig = await IngestRig.StartAsync(azurite, Small);
        await rig.UploadAsync("spam.csv", Csv(300));
        await rig.HandleAsync("spam.csv");
        var plan = rig.Parts.Take()!;

        await rig.NewFanOut().GiveUpAsync(plan, Token);

        var run = Assert.Single(await rig.Runs.ListAsync(Token));
        Assert.Equal((RunState.Failed, "ingest-failed"), (run.State, run.Failure!.Code));
        Assert.Contains("nothing to do", await rig.NewFanOut().HandleAsync(plan, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_row_far_into_the_file_is_named_by_its_line()
    {
        var rig = await IngestRig.StartAsync(azurite, Small);
        var csv = Csv(300);
        var lines = csv.Count(c => c == '\n');
        await rig.UploadAsync("spam.csv", [.. Encoding.UTF8.GetBytes(csv + "caf"), 0xE9, .. ",ham\n"u8]);
        await rig.HandleAsync("spam.csv");
        await PumpAsync(rig, instances: 1);

        var run = Assert.Single(await rig.Runs.ListAsync(Token));
        Assert.Equal((RunState.Rejected, "bad-encoding"), (run.State, run.Failure!.Code));
        Assert.Contains($"line {lines + 1}:", run.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_replaced_between_two_parts_ends_the_run_as_superseded()
    {
        var rig = await IngestRig.StartAsync(azurite, Small);
        await rig.UploadAsync("spam.csv", Csv(300));
        await rig.HandleAsync("spam.csv");
        await rig.NewFanOut().HandleAsync(rig.Parts.Take()!, Token);
        var run = Assert.Single(await rig.Runs.ListAsync(Token));
        await rig.UploadAsync("spam.csv", Csv(200));

        await PumpAsync(rig, instances: 1);

        Assert.Equal((RunState.Cancelled, "superseded"), ((await rig.Runs.FindAsync(run.RunId, Token))!.State, (await rig.Runs.FindAsync(run.RunId, Token))!.Failure!.Code));
        Assert.Empty(rig.Queue.Sent);
    }

    // Quoted line breaks, doubled quotes, copies and conflicts, so that a cut in the wrong place would show.
    private static string Csv(int rows)
    {
        var csv = new StringBuilder("text,label\n");
        for (var i = 0; i < rows; i++)
        {
            csv.Append(i % 2 == 0
                ? $"\"win \"\"prize\"\" number {i % 250},\nnow and then\",spam\n"
                : $"see you at lunch on day {i},{(i % 50 == 1 ? "spam" : "ham")}\n");
        }

        return csv.Append("see you at lunch on day 3,spam\n").ToString();
    }

    // Plays the broker: hands messages to instances, and a message whose receiver failed to the next one.
    private static async Task PumpAsync(IngestRig rig, int instances)
    {
        await Task.WhenAll(Enumerable.Range(0, instances).Select(_ => Task.Run(async () =>
        {
            var idle = 0;
            while (idle < 20)
            {
                if (rig.Parts.Take() is not { } request)
                {
                    idle++;
                    await Task.Delay(50, Token);
                    continue;
                }

                idle = 0;
                try
                {
                    await rig.NewFanOut().HandleAsync(request, Token);
                }
                catch (IOException)
                {
                    rig.Parts.PutBack(request);
                }
            }
        }, Token)));
    }
}
