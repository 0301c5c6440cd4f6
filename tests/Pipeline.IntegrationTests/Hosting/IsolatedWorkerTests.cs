using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.Azure.Functions.Worker.Grpc.Messages;
using Pipeline.Tests.Containers;
using Pipeline.Tests.Shared;

namespace Pipeline.IntegrationTests.Hosting;

/// <summary>What the isolated worker tells the host: of its functions what the custom handler's files say.</summary>
public sealed class IsolatedWorkerTests(IsolatedWorkerTests.Worker worker) : IClassFixture<IsolatedWorkerTests.Worker>
{
    private readonly IsolatedHost _host = worker.Host;

    private static JsonObject[] Built =>
        [.. JsonNode.Parse(File.ReadAllText(Path.Combine(WorkerProcess.Folder, "functions.metadata")))!.AsArray().Select(f => f!.AsObject())];

    [Fact]
    public void Each_function_has_the_name_trigger_route_methods_level_queue_and_schedule_of_its_function_json() =>
        Assert.Equal(Written(), _host.Functions.Select(f => $"{f.Name}: {Text(f.Bindings)}").Order(StringComparer.Ordinal));

    // Two programs make it of the same attributes: a source generator for the worker, and a build task for platforms that read the file.
    [Fact]
    public void The_file_that_the_build_makes_says_the_same_as_the_worker() =>
        Assert.Equal(
            _host.Functions.Select(f => $"{f.Name}: {Text(f.Bindings)}").Order(StringComparer.Ordinal),
            Built.Select(f => $"{f["name"]}: {Text(f["bindings"]!.AsArray().Select(b => b!.AsObject()))}").Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("IngestDataset", "datasets/{name}")]
    [InlineData("ReceiveFile", "inbox/{name}")]
    public void A_dropped_blob_is_told_by_event_grid_and_handed_over_as_a_reference(string function, string path)
    {
        var trigger = _host.Functions.Single(f => f.Name == function).Trigger;

        Assert.Equal(("blobTrigger", path, "EventGrid", "PipelineStorage"), ((string?)trigger["type"], (string?)trigger["path"], (string?)trigger["source"], (string?)trigger["connection"]));
        // Without it the host would send the whole content.
        Assert.Equal("True", (string?)trigger["properties"]!["supportsDeferredBinding"], ignoreCase: true);
    }

    [Fact]
    public void The_host_is_to_load_the_extensions_of_the_triggers_that_it_does_not_have_itself()
    {
        var project = XDocument.Load(Repository.PathOf("functions/obj/isolated/Debug/net10.0/linux-x64/WorkerExtensions/WorkerExtensions.csproj"));

        var packages = project.Descendants("PackageReference").Select(p => (string)p.Attribute("Include")!).ToArray();
        Assert.Contains("Microsoft.Azure.WebJobs.Extensions.ServiceBus", packages);
        Assert.Contains("Microsoft.Azure.WebJobs.Extensions.Storage.Blobs", packages);
    }

    // The host takes an app whose host.json speaks of a custom handler for one, and bundles are not for .NET workers.
    [Fact]
    public void Host_json_is_the_custom_handlers_without_what_is_for_custom_handlers()
    {
        var custom = Read("functions/host.json");
        custom.Remove("customHandler");
        custom.Remove("extensionBundle");

        var built = JsonNode.Parse(File.ReadAllText(Path.Combine(WorkerProcess.Folder, "host.json")));
        Assert.True(JsonNode.DeepEquals(custom, built), built!.ToJsonString());
    }

    // The host would take such folders for functions of their own.
    [Fact]
    public void The_built_app_has_no_function_json() =>
        Assert.Empty(Directory.EnumerateFiles(WorkerProcess.Folder, "function.json", SearchOption.AllDirectories));

    [Fact]
    public void The_worker_has_the_host_pass_http_requests_on_to_it() =>
        Assert.StartsWith("http://localhost:", _host.Capabilities["HttpUri"], StringComparison.Ordinal);

    // The host hands all of it on to Application Insights, but without the numbers of events, by which alerts find warnings and errors.
    [Fact]
    public async Task What_the_worker_logs_goes_to_the_host_and_warnings_with_their_numbers_to_its_own_output_too()
    {
        var outcome = await _host.DropAsync("ReceiveFile", "inbox", "mail/a.csv");

        Assert.NotNull(outcome.Failure);
        var log = Assert.Single(_host.Logs, l => l.Category == "Pipeline.Functions.ReceiveFile");
        Assert.Equal((RpcLog.Types.Level.Error, "ReceiveFile failed at 'inbox/mail/a.csv', which will be delivered again"), (log.Level, log.Message));
        var line = Assert.Single(_host.Output.Split('\n'), l => l.Contains("\"Category\":\"Pipeline.Functions.ReceiveFile\"", StringComparison.Ordinal));
        Assert.Equal((0, "Error"), ((int)JsonNode.Parse(line)!["EventId"]!, (string)JsonNode.Parse(line)!["LogLevel"]!));
    }

    private static IEnumerable<string> Written() =>
        from folder in Directory.EnumerateDirectories(Repository.PathOf("functions"))
        let file = Path.Combine(folder, "function.json")
        // Where the host reads the events itself, there is no queue of them, and none of those that it gave up.
        where File.Exists(file) && Path.GetFileName(folder) is not ("GiveUpUpload" or "GiveUpInboxUpload")
        let line = $"{Path.GetFileName(folder)}: {Text(JsonNode.Parse(File.ReadAllText(file))!["bindings"]!.AsArray().Select(b => b!.AsObject()))}"
        orderby line
        select line;

    // The two write words differently, and each has keys that mean nothing to the other.
    private static string Text(IEnumerable<JsonObject> bindings) => string.Join("; ", bindings.Select(Text));

    private static string Text(JsonObject binding)
    {
        string[] keys = ["type", "direction", "authLevel", "methods", "route", "queueName", "connection", "schedule", "name"];
        var type = (string)binding["type"]!;
        if (type == "blobTrigger" || ((string?)binding["queueName"])?.EndsWith("-uploads", StringComparison.Ordinal) == true)
            return "a dropped blob";
        return string.Join(' ', keys
            // The output has the name of a variable in one and of the return value in the other.
            .Where(k => binding.ContainsKey(k) && !(type == "http" && k == "name"))
            .Select(k => $"{k}={(k is "direction" or "authLevel" ? ((string)binding[k]!).ToLowerInvariant() : binding[k]!.ToJsonString().Trim('"'))}"));
    }

    private static JsonObject Read(string file) => JsonNode.Parse(File.ReadAllText(Repository.PathOf(file)))!.AsObject();

    /// <summary>The worker, without any storage.</summary>
    public sealed class Worker : IAsyncLifetime
    {
        internal IsolatedHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Host = await IsolatedHost.StartAsync(RunningFunctions.NoStorage);

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }
}
