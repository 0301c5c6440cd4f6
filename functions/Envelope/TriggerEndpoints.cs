using Pipeline.Functions.Api;
using Pipeline.Functions.Auth;
using Pipeline.Functions.Triggers;

namespace Pipeline.Functions.Envelope;

/// <summary>Where the Functions host calls the custom handler for a trigger that is not HTTP: <c>POST /{FunctionName}</c>.</summary>
internal static class TriggerEndpoints
{
    /// <summary>Maps them all.</summary>
    public static void MapTriggers(this IEndpointRouteBuilder app)
    {
        foreach (var function in MessageFunctions.All)
            app.MapTrigger(function.Name, request => RunAsync(function, request));
        foreach (var function in TimerFunction.All)
            app.MapTrigger(function.Name, request => function.RunAsync(request.HttpContext.RequestServices));
    }

    // Anything but 2xx is a failed invocation.
    private static void MapTrigger(this IEndpointRouteBuilder app, string function, Func<HttpRequest, Task<IReadOnlyList<string>>> run) =>
        app.MapPost("/" + function, async Task<IResult> (HttpRequest request) =>
        {
            try
            {
                return TypedResults.Ok(new InvocationResult(await run(request)));
            }
            catch (RefusedRequestException refused)
            {
                return refused.ToProblem();
            }
        }).WithName(function).ForAnybody();

    private static async Task<IReadOnlyList<string>> RunAsync(MessageFunction function, HttpRequest request) =>
        [await function.RunAsync(() => Invocation.ReadAsync(request.Body, request.HttpContext.RequestAborted), request.HttpContext.RequestServices)];
}
