using Microsoft.Azure.Functions.Worker;

namespace Pipeline.Functions.Isolated;

/// <summary>HTTP functions that classify, and take corrections. Each hands its request to the API that both hosts share.</summary>
public static class ServingFunctions
{
    /// <summary>Classifies texts with the version in production.</summary>
    [Function(nameof(Classify))]
    public static IResult Classify([HttpTrigger(AuthorizationLevel.Function, "post", Route = "models/{name}/classify")] HttpRequest req) =>
        ApiResult.Instance;

    /// <summary>Classifies texts with a version that is named.</summary>
    [Function(nameof(ClassifyVersion))]
    public static IResult ClassifyVersion([HttpTrigger(AuthorizationLevel.Function, "post", Route = "models/{name}/versions/{version}/classify")] HttpRequest req) =>
        ApiResult.Instance;

    /// <summary>Classifies texts with the only model in production, as Text Embeddings Inference does.</summary>
    [Function(nameof(Predict))]
    public static IResult Predict([HttpTrigger(AuthorizationLevel.Function, "post", Route = "predict")] HttpRequest req) =>
        ApiResult.Instance;

    /// <summary>Classifies texts, as Text Embeddings Inference does.</summary>
    [Function(nameof(PredictModel))]
    public static IResult PredictModel([HttpTrigger(AuthorizationLevel.Function, "post", Route = "models/{name}/predict")] HttpRequest req) =>
        ApiResult.Instance;

    /// <summary>What the only model in production is, as Text Embeddings Inference tells it.</summary>
    [Function(nameof(GetInfo))]
    public static IResult GetInfo([HttpTrigger(AuthorizationLevel.Function, "get", Route = "info")] HttpRequest req) =>
        ApiResult.Instance;

    /// <summary>What a model is, as Text Embeddings Inference tells it.</summary>
    [Function(nameof(GetModelInfo))]
    public static IResult GetModelInfo([HttpTrigger(AuthorizationLevel.Function, "get", Route = "models/{name}/info")] HttpRequest req) =>
        ApiResult.Instance;

    /// <summary>Takes a correction of what a model predicted.</summary>
    [Function(nameof(GiveFeedback))]
    public static IResult GiveFeedback([HttpTrigger(AuthorizationLevel.Function, "post", Route = "models/{name}/feedback")] HttpRequest req) =>
        ApiResult.Instance;

    /// <summary>The corrections as a dataset.</summary>
    [Function(nameof(GetFeedback))]
    public static IResult GetFeedback([HttpTrigger(AuthorizationLevel.Function, "get", Route = "models/{name}/feedback.jsonl")] HttpRequest req) =>
        ApiResult.Instance;
}
