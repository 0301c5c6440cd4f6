using Microsoft.Azure.Functions.Worker;

namespace Pipeline.Functions.Isolated;

/// <summary>HTTP functions about the app itself. Each hands its request to the API that both hosts share.</summary>
public static class AppFunctions
{
    /// <summary>Whether the app can do its work.</summary>
    [Function(nameof(Health))]
    public static IResult Health([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest req) =>
        ApiResult.Instance;

    /// <summary>Figures for Prometheus.</summary>
    [Function(nameof(Metrics))]
    public static IResult Metrics([HttpTrigger(AuthorizationLevel.Function, "get", Route = "metrics")] HttpRequest req) =>
        ApiResult.Instance;

    /// <summary>The API's own description.</summary>
    [Function(nameof(GetOpenApi))]
    public static IResult GetOpenApi([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.json")] HttpRequest req) =>
        ApiResult.Instance;

    /// <summary>The schema of options files.</summary>
    [Function(nameof(GetOptionsSchema))]
    public static IResult GetOptionsSchema([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "options.schema.json")] HttpRequest req) =>
        ApiResult.Instance;

    /// <summary>A page to try a model in a browser.</summary>
    [Function(nameof(GetTryPage))]
    public static IResult GetTryPage([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "try")] HttpRequest req) =>
        ApiResult.Instance;
}
