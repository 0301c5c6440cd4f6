using System.Text.Json;

namespace Pipeline.UnitTests.Functions;

/// <summary>What makes the Azure Functions host refuse, or silently ignore, host.json and function.json.</summary>
public sealed class HostFilesTests
{
    public static TheoryData<string> Names => [.. FunctionFolders.Names];

    [Fact]
    public void There_is_a_folder_for_each_function() =>
        Assert.Equal(
            [
                "CancelRun", "CheckRuns", "Classify", "ClassifyVersion", "GetDrift", "GetEstimate", "GetFeedback", "GetInfo", "GetModel", "GetModelInfo", "GetOpenApi",
                "GetOptionsSchema", "GetRun", "GetRunEvents", "GetRunReport", "GetTryPage", "GiveFeedback", "GiveUpFile", "GiveUpInboxUpload", "GiveUpPart", "GiveUpRun",
                "GiveUpUpload", "Health", "IngestDataset", "IngestPart", "ListModels", "ListRuns", "Metrics", "Predict", "PredictModel", "PromoteModel", "ReceiveFile", "RollbackModel",
                "ScoreFile", "ValidateDataset", "WatchDrift",
            ],
            FunctionFolders.Names);

    [Fact]
    public void The_host_is_told_to_start_the_program_beside_host_json()
    {
        var handler = FunctionFolders.Host.GetProperty("customHandler");
        var program = handler.GetProperty("description").GetProperty("defaultExecutablePath").GetString()!;

        Assert.Equal(typeof(Pipeline.Functions.FunctionsApp).Assembly.GetName().Name, program);
        Assert.True(handler.GetProperty("enableProxyingHttpRequest").GetBoolean());
        Assert.False(handler.TryGetProperty("enableForwardingHttpRequest", out _));
    }

    // The host ignores keys that it does not know, so that a misspelt one would go unnoticed.
    [Fact]
    public void Host_json_has_only_keys_that_the_host_reads()
    {
        Assert.Equal(["version", "functionTimeout", "customHandler", "extensions", "extensionBundle", "logging"], Keys(FunctionFolders.Host));
        Assert.Equal(["description", "enableProxyingHttpRequest"], Keys(FunctionFolders.Host.GetProperty("customHandler")));
        Assert.Equal(["defaultExecutablePath"], Keys(FunctionFolders.Host.GetProperty("customHandler").GetProperty("description")));
        var serviceBus = FunctionFolders.Host.GetProperty("extensions").GetProperty("serviceBus");
        Assert.Equal(["prefetchCount", "maxConcurrentCalls", "maxAutoLockRenewalDuration"], Keys(serviceBus));
        // The lock of a message is renewed as long as a function may run.
        Assert.Equal(FunctionFolders.Host.GetProperty("functionTimeout").GetString(), serviceBus.GetProperty("maxAutoLockRenewalDuration").GetString());
        // One upload that fails, and waits before it does, must not hold up the others.
        Assert.InRange(serviceBus.GetProperty("maxConcurrentCalls").GetInt32(), 2, 16);
        Assert.Equal("2.0", FunctionFolders.Host.GetProperty("version").GetString());
        Assert.Equal("Microsoft.Azure.Functions.ExtensionBundle", FunctionFolders.Host.GetProperty("extensionBundle").GetProperty("id").GetString());
        Assert.Equal("[4.*, 5.0.0)", FunctionFolders.Host.GetProperty("extensionBundle").GetProperty("version").GetString());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_function_has_only_keys_that_the_host_reads_and_no_script_file(string name)
    {
        Assert.Equal(["bindings"], Keys(FunctionFolders.Function(name)));
        string[] known = ["type", "direction", "name", "authLevel", "methods", "route", "queueName", "connection", "schedule"];
        Assert.All(FunctionFolders.Bindings(name), b => Assert.Subset(known.ToHashSet(), Keys(b).ToHashSet()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_function_has_exactly_one_trigger_and_its_bindings_are_named_and_directed(string name)
    {
        Assert.Equal("in", FunctionFolders.Trigger(name).GetProperty("direction").GetString());
        Assert.All(FunctionFolders.Bindings(name), b =>
        {
            Assert.Matches("^[A-Za-z][A-Za-z0-9]*$", b.GetProperty("name").GetString());
            Assert.Contains(b.GetProperty("direction").GetString(), new[] { "in", "out" });
            Assert.Contains(b.GetProperty("type").GetString(), new[] { "serviceBusTrigger", "timerTrigger", "httpTrigger", "http" });
        });
        Assert.Distinct(FunctionFolders.Bindings(name).Select(b => b.GetProperty("name").GetString()));
    }

    // Only such a function is proxied; any other shape gets the envelope instead.
    [Theory]
    [MemberData(nameof(Names))]
    public void An_http_function_has_an_http_trigger_and_an_http_output_and_nothing_else(string name)
    {
        var types = FunctionFolders.Bindings(name).Select(b => b.GetProperty("type").GetString()!).ToArray();

        Assert.True(types is ["serviceBusTrigger"] or ["timerTrigger"] or ["httpTrigger", "http"], string.Join(", ", types));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_http_function_states_its_route_methods_and_who_may_call_it(string name)
    {
        var trigger = FunctionFolders.Trigger(name);
        if (trigger.GetProperty("type").GetString() != "httpTrigger")
            return;

        var route = trigger.GetProperty("route").GetString()!;
        Assert.False(route.StartsWith('/') || route.StartsWith("admin", StringComparison.Ordinal) || route.StartsWith("runtime", StringComparison.Ordinal), route);
        Assert.All(trigger.GetProperty("methods").EnumerateArray(), m => Assert.Contains(m.GetString(), new[] { "get", "post" }));
        // A probe, an editor and a browser that opens a page have no key; everything else needs one, and what changes something the operator's.
        var level = name switch
        {
            "Health" or "GetOptionsSchema" or "GetOpenApi" or "GetTryPage" => "anonymous",
            "CancelRun" or "PromoteModel" or "RollbackModel" => "admin",
            _ => "function",
        };
        Assert.Equal(level, trigger.GetProperty("authLevel").GetString());
    }

    [Fact]
    public void The_look_for_drift_comes_each_night_after_the_day_is_over_and_counted() =>
        // Six fields from the second on, UTC; half an hour is more than the interval at which counts are written.
        Assert.Equal("0 30 0 * * *", FunctionFolders.Trigger("WatchDrift").GetProperty("schedule").GetString());

    [Theory]
    [InlineData("IngestDataset", "GiveUpUpload", "dataset-uploads")]
    [InlineData("ReceiveFile", "GiveUpInboxUpload", "inbox-uploads")]
    public void Uploads_come_from_the_queue_that_event_grid_fills_and_what_is_left_of_them_from_its_dead_letter_queue(string function, string last, string queue)
    {
        Assert.Equal((queue, "ServiceBus"), QueueOf(function));
        Assert.Equal(($"{queue}/$DeadLetterQueue", "ServiceBus"), QueueOf(last));

        static (string?, string?) QueueOf(string name)
        {
            var trigger = FunctionFolders.Trigger(name);
            return (trigger.GetProperty("queueName").GetString(), trigger.GetProperty("connection").GetString());
        }
    }

    [Fact]
    public void Files_come_from_the_queue_that_their_uploads_fill_and_what_is_left_of_them_from_its_dead_letter_queue()
    {
        var queue = new Pipeline.Core.Messaging.QueueOptions().InboxEntityPath;

        Assert.Equal(queue, FunctionFolders.Trigger("ScoreFile").GetProperty("queueName").GetString());
        Assert.Equal($"{queue}/$DeadLetterQueue", FunctionFolders.Trigger("GiveUpFile").GetProperty("queueName").GetString());
    }

    [Fact]
    public void Parts_come_from_the_queue_that_ingest_sends_to_and_what_is_left_of_them_from_its_dead_letter_queue()
    {
        var queue = new Pipeline.Core.Messaging.QueueOptions().PartsEntityPath;

        Assert.Equal(queue, FunctionFolders.Trigger("IngestPart").GetProperty("queueName").GetString());
        Assert.Equal($"{queue}/$DeadLetterQueue", FunctionFolders.Trigger("GiveUpPart").GetProperty("queueName").GetString());
        Assert.All(["IngestPart", "GiveUpPart"], name => Assert.Equal("ServiceBus", FunctionFolders.Trigger(name).GetProperty("connection").GetString()));
    }

    [Fact]
    public void Training_requests_that_were_given_up_come_from_the_dead_letter_queue_of_those_that_ingest_sends()
    {
        var trigger = FunctionFolders.Trigger("GiveUpRun");

        Assert.Equal($"{new Pipeline.Core.Messaging.QueueOptions().EntityPath}/$DeadLetterQueue", trigger.GetProperty("queueName").GetString());
        Assert.Equal("ServiceBus", trigger.GetProperty("connection").GetString());
    }

    [Fact]
    public void No_two_functions_have_the_same_route() =>
        Assert.Distinct(FunctionFolders.Names
            .Select(FunctionFolders.Trigger).Where(t => t.TryGetProperty("route", out _)).Select(t => t.GetProperty("route").GetString()));

    private static string[] Keys(JsonElement e) => [.. e.EnumerateObject().Select(p => p.Name)];
}
