using Microsoft.AspNetCore.Diagnostics;
using Pipeline.Functions.Serving;
using Pipeline.Functions.Serving.Batching;

namespace Pipeline.Functions.Api;

/// <summary>Turns what goes wrong outside an endpoint's own checks into problem details.</summary>
internal static class ProblemHandling
{
    /// <summary>Registers the handlers.</summary>
    public static void AddProblems(this IHostApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<BadRequestHandler>();
        builder.Services.AddExceptionHandler<OverloadedHandler>();
        builder.Services.AddExceptionHandler<ModelLoadingHandler>();
        builder.Services.AddExceptionHandler<StorageOutOfReachHandler>();
        builder.Services.AddExceptionHandler<DamagedModelHandler>();
    }

    /// <summary>Puts them in front of the endpoints; unknown paths and wrong methods get problem details too.</summary>
    public static void UseProblems(this IApplicationBuilder app)
    {
        // An exception that a handler below answers is no error of the program: the handlers log what is worth a line.
        app.UseExceptionHandler(new ExceptionHandlerOptions { SuppressDiagnosticsCallback = context => context.ExceptionHandledBy == ExceptionHandledType.ExceptionHandlerService });
        app.UseStatusCodePages();
    }

    /// <summary>A request that Kestrel itself refuses, for example a body over the limit.</summary>
    private sealed class BadRequestHandler : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
        {
            if (exception is not BadHttpRequestException bad)
                return false;
            var problem = bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? Problem.Of(bad.StatusCode, "body-too-large", "The request body is too large.", "Send the texts in several requests.")
                : Problem.Of(bad.StatusCode, "bad-request", bad.Message, "Send a complete HTTP request.");
            await problem.ExecuteAsync(context);
            return true;
        }
    }

    /// <summary>More texts than may wait for a model.</summary>
    private sealed class OverloadedHandler : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
        {
            if (exception is not OverloadedException)
                return false;
            await ClassifyLimit.TooBusy(context, exception.Message);
            return true;
        }
    }

    /// <summary>A model that takes long to load.</summary>
    private sealed class ModelLoadingHandler : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
        {
            if (exception is not ModelLoadingException)
                return false;
            context.Response.Headers.RetryAfter = "5";
            var problem = Problem.Of(
                StatusCodes.Status503ServiceUnavailable, "model-loading", exception.Message,
                "Try again after the seconds in Retry-After; the load goes on meanwhile.");
            await problem.ExecuteAsync(context);
            return true;
        }
    }

    /// <summary>Storage that cannot be reached, refuses, or has not been set up.</summary>
    private sealed class StorageOutOfReachHandler(ILogger<StorageOutOfReachHandler> logger) : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
        {
            if (!StorageFailure.Is(exception))
                return false;
            logger.LogWarning("{Method} {Path} answered 503: {Reason}", context.Request.Method, context.Request.Path, StorageFailure.Reason(exception));
            context.Response.Headers.RetryAfter = "5";
            await StorageFailure.Answer(exception).ExecuteAsync(context);
            return true;
        }
    }

    /// <summary>A version, pointer or record in storage that cannot be read. Not the caller's fault, and mended by another upload.</summary>
    private sealed class DamagedModelHandler(ILogger<DamagedModelHandler> logger) : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
        {
            if (exception is not InvalidDataException)
                return false;
            logger.LogError(exception, "{Method} {Path} answered 503", context.Request.Method, context.Request.Path);
            context.Response.Headers.RetryAfter = "30";
            var problem = Problem.Of(
                StatusCodes.Status503ServiceUnavailable, "damaged-in-storage", exception.Message,
                "Drop the dataset again to publish a new version, or POST /api/models/{name}/promote with an older one.");
            await problem.ExecuteAsync(context);
            return true;
        }
    }
}
