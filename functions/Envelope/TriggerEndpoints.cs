using Pipeline.Functions.Api;
using Pipeline.Functions.Auth;
using Pipeline.Functions.Triggers;

namespace Pipeline.Functions.Envelope;

/// <summary>Where the Functions host calls the custom handler for a trigger that is not HTTP: <c>POST /{FunctionName}</c>.</summary>
internal static class TriggerEndpoints
{
    /// <summary>The binding's name in <c>function.json</c> of a function that an event starts.</summary>
    private const string EventBinding = "event";

    /// <summary>Maps them all.</summary>
    public static void MapTriggers(this IEndpointRouteBuilder app)
    {
        foreach (var function in DropFunction.All)
            app.MapTrigger(function.Name, request => RunAsync(function, request));
        foreach (var function in MessageFunction.All)
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

    private static async Task<IReadOnlyList<string>> RunAsync(DropFunction function, HttpRequest request)
    {
        var services = request.HttpContext.RequestServices;
        BlobEvent e;
        try
        {
            var invocation = await Invocation.ReadAsync(request.Body, request.HttpContext.RequestAborted);
            e = BlobEvent.Read(invocation.Object(EventBinding));
        }
        catch (EnvelopeException bad)
        {
            services.LoggerOf(function.Name).LogError("{Function} was sent what it cannot read: {Reason}", function.Name, bad.Message);
            throw new RefusedRequestException(
                StatusCodes.Status400BadRequest, "bad-envelope", bad.Message,
                "Send {\"Data\":{\"event\":{…}},\"Metadata\":{…}} with an Event Grid event of a storage account, as the Functions host does.", bad);
        }

        if (BlobDrop.ReasonToIgnore(e, function.Container) is { } reason)
        {
            services.LoggerOf(function.Name).LogInformation("Passed over an event on '{Container}/{Blob}': {Reason}", e.Container, e.Blob, reason);
            return [$"Passed over: {reason}."];
        }

        return [await function.RunAsync(e.Blob, services)];
    }

    private static async Task<IReadOnlyList<string>> RunAsync(MessageFunction function, HttpRequest request) =>
        [await function.RunAsync(() => Invocation.ReadAsync(request.Body, request.HttpContext.RequestAborted), request.HttpContext.RequestServices)];
}
