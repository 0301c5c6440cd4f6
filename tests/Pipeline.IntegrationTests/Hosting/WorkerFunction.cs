using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker.Grpc.Messages;

namespace Pipeline.IntegrationTests.Hosting;

/// <summary>A function as the worker describes it to the host.</summary>
internal sealed class WorkerFunction
{
    private readonly TemplateMatcher? _route;
    private readonly HashSet<string> _methods = new(StringComparer.OrdinalIgnoreCase);

    public WorkerFunction(RpcFunctionMetadata metadata)
    {
        Metadata = metadata;
        Bindings = [.. metadata.RawBindings.Select(b => JsonNode.Parse(b)!.AsObject())];
        Trigger = Bindings.Single(b => ((string)b["type"]!).EndsWith("Trigger", StringComparison.Ordinal));
        if (!IsHttp)
            return;
        // The prefix is host.json's, "api" where it says nothing.
        _route = new TemplateMatcher(TemplateParser.Parse($"api/{(string)Trigger["route"]!}"), new RouteValueDictionary());
        _methods.UnionWith(Trigger["methods"]!.AsArray().Select(m => (string)m!));
    }

    public RpcFunctionMetadata Metadata { get; }

    public string Name => Metadata.Name;

    public IReadOnlyList<JsonObject> Bindings { get; }

    public JsonObject Trigger { get; }

    public bool IsHttp => (string?)Trigger["type"] == "httpTrigger";

    /// <summary>Whether a request is for this function.</summary>
    public bool Takes(HttpRequestMessage request) =>
        _methods.Contains(request.Method.Method) && _route?.TryMatch(request.RequestUri!.AbsolutePath, []) == true;
}
