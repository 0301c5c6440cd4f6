using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Functions.Serving;
using Pipeline.Functions.Serving.Batching;

namespace Pipeline.Functions.Api.Tei;

/// <summary>Answers what goes wrong on a route of Text Embeddings Inference in that program's shape, <c>{"error": …, "error_type": …}</c>, with its statuses.</summary>
internal sealed class TeiErrors(ILogger<TeiErrors> logger) : IEndpointFilter
{
    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception e) when (Answer(e) is not null)
        {
            var (status, error, retryAfter) = Answer(e)!.Value;
            if (status is StatusCodes.Status424FailedDependency or StatusCodes.Status503ServiceUnavailable)
                logger.LogWarning(e, "{Method} {Path} answered {Status}", context.HttpContext.Request.Method, context.HttpContext.Request.Path, status);
            return Of(context.HttpContext, status, error, retryAfter);
        }
    }

    /// <summary>Answers 429.</summary>
    public static Task TooBusy(HttpContext context, string detail) =>
        Of(context, StatusCodes.Status429TooManyRequests, new TeiError($"Model is overloaded: {detail}", TeiErrorType.Overloaded), "1").ExecuteAsync(context);

    private static JsonHttpResult<TeiError> Of(HttpContext context, int status, TeiError error, string? retryAfter)
    {
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;
        return TypedResults.Json(error, FunctionsJson.Compact.TeiError, statusCode: status);
    }

    // What is not here is a fault of this program, and 500.
    private static (int Status, TeiError Error, string? RetryAfter)? Answer(Exception exception) => exception switch
    {
        TeiException tei => (tei.Status, new TeiError(tei.Message, tei.Type), null),
        // Wrong for this model, as Text Embeddings Inference says it of a request of the wrong shape.
        RefusedRequestException { Status: StatusCodes.Status400BadRequest } bad =>
            (StatusCodes.Status422UnprocessableEntity, new TeiError(bad.Message, TeiErrorType.Validation), null),
        RefusedRequestException refused => (refused.Status, new TeiError($"{refused.Message} {refused.Fix}", TeiErrorType.Validation), null),
        BadHttpRequestException bad => (bad.StatusCode, new TeiError(bad.Message, TeiErrorType.Validation), null),
        OverloadedException => (StatusCodes.Status429TooManyRequests, new TeiError($"Model is overloaded: {exception.Message}", TeiErrorType.Overloaded), "1"),
        ModelLoadingException => (StatusCodes.Status503ServiceUnavailable, new TeiError(exception.Message, TeiErrorType.Unhealthy), "5"),
        InvalidDataException or OnnxRuntimeException => (StatusCodes.Status424FailedDependency, new TeiError($"Backend error: {exception.Message}", TeiErrorType.Backend), null),
        _ when StorageFailure.Is(exception) =>
            (StatusCodes.Status503ServiceUnavailable, new TeiError($"Storage cannot be used now: {StorageFailure.Reason(exception)}", TeiErrorType.Unhealthy), "5"),
        _ => null,
    };
}

/// <summary>Marks a route whose errors have the shape of Text Embeddings Inference.</summary>
internal sealed class TeiRoute
{
    /// <summary>The mark.</summary>
    public static TeiRoute Mark { get; } = new();
}
