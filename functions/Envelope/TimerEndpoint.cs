using Microsoft.AspNetCore.Mvc;
using Pipeline.Functions.Api;
using Pipeline.Functions.Auth;

namespace Pipeline.Functions.Envelope;

/// <summary>The functions that the Functions host calls by a schedule.</summary>
internal static class TimerEndpoint
{
    /// <summary>Maps <c>POST /{function}</c>. What the host tells of the schedule is not looked at.</summary>
    /// <param name="app">The app.</param>
    /// <param name="function">The function's name.</param>
    /// <param name="work">What is done; gives sentences for the invocation's log.</param>
    public static void MapTimer<THandler>(this IEndpointRouteBuilder app, string function, Func<THandler, CancellationToken, Task<IReadOnlyList<string>>> work)
        where THandler : notnull =>
        app.MapPost("/" + function, async Task<IResult> ([FromServices] THandler handler, IHostApplicationLifetime lifetime, ILoggerFactory loggers) =>
        {
            try
            {
                return TypedResults.Ok(new InvocationResult(await work(handler, lifetime.ApplicationStopping)));
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                loggers.CreateLogger($"Pipeline.Functions.{function}").LogError(failure, "{Function} failed; it is called again at its next time", function);
                return Problem.Of(
                    StatusCodes.Status500InternalServerError, "timer-failed", $"{function} failed: {failure.Message}",
                    "It is called again at its next time. The function's log has the whole error.");
            }
        }).WithName(function).ForAnybody();
}
