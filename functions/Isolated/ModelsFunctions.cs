using Microsoft.Azure.Functions.Worker;

namespace Pipeline.Functions.Isolated;

/// <summary>HTTP functions about models. Each hands its request to the API that both hosts share.</summary>
public static class ModelsFunctions
{
    /// <summary>Models in production.</summary>
    [Function(nameof(ListModels))]
    public static IResult ListModels([HttpTrigger(AuthorizationLevel.Function, "get", Route = "models")] HttpRequest req) =>
        ApiResult.Instance;

    /// <summary>A model, its versions and how good they are.</summary>
    [Function(nameof(GetModel))]
    public static IResult GetModel([HttpTrigger(AuthorizationLevel.Function, "get", Route = "models/{name}")] HttpRequest req) =>
        ApiResult.Instance;

    /// <summary>Puts a version into production.</summary>
    [Function(nameof(PromoteModel))]
    public static IResult PromoteModel([HttpTrigger(AuthorizationLevel.Admin, "post", Route = "models/{name}/promote")] HttpRequest req) =>
        ApiResult.Instance;

    /// <summary>Puts the version before back into production.</summary>
    [Function(nameof(RollbackModel))]
    public static IResult RollbackModel([HttpTrigger(AuthorizationLevel.Admin, "post", Route = "models/{name}/rollback")] HttpRequest req) =>
        ApiResult.Instance;

    /// <summary>The newest report on drift.</summary>
    [Function(nameof(GetDrift))]
    public static IResult GetDrift([HttpTrigger(AuthorizationLevel.Function, "get", Route = "models/{name}/drift")] HttpRequest req) =>
        ApiResult.Instance;
}
