using Microsoft.Azure.Functions.Worker;

namespace Pipeline.Functions.Isolated;

/// <summary>HTTP functions about runs and datasets. Each hands its request to the API that both hosts share.</summary>
public static class RunsFunctions
{
    /// <summary>Runs, newest first.</summary>
    [Function(nameof(ListRuns))]
    public static IResult ListRuns([HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs")] HttpRequest req) =>
        ApiResult.Instance;

    /// <summary>A run's record.</summary>
    [Function(nameof(GetRun))]
    public static IResult GetRun([HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{id}")] HttpRequest req) =>
        ApiResult.Instance;

    /// <summary>What happened in a run.</summary>
    [Function(nameof(GetRunEvents))]
    public static IResult GetRunEvents([HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{id}/events")] HttpRequest req) =>
        ApiResult.Instance;

    /// <summary>What validation found in a run's dataset.</summary>
    [Function(nameof(GetRunReport))]
    public static IResult GetRunReport([HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{id}/report")] HttpRequest req) =>
        ApiResult.Instance;

    /// <summary>Ends a run on a person's word.</summary>
    [Function(nameof(CancelRun))]
    public static IResult CancelRun([HttpTrigger(AuthorizationLevel.Admin, "post", Route = "runs/{id}/cancel")] HttpRequest req) =>
        ApiResult.Instance;

    /// <summary>What training on a dataset will take and cost.</summary>
    [Function(nameof(GetEstimate))]
    public static IResult GetEstimate([HttpTrigger(AuthorizationLevel.Function, "get", Route = "datasets/{name}/estimate")] HttpRequest req) =>
        ApiResult.Instance;

    /// <summary>Validates a dataset that comes in the request.</summary>
    [Function(nameof(ValidateDataset))]
    public static IResult ValidateDataset([HttpTrigger(AuthorizationLevel.Function, "post", Route = "datasets/validate")] HttpRequest req) =>
        ApiResult.Instance;
}
