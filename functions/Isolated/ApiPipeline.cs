using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Isolated;

/// <summary>The HTTP API as the custom handler serves it: the same endpoints, found by the same routes, behind the same middleware.</summary>
/// <remarks>
/// The worker's own routing only finds the function that the host has named already, and it leaves no place for middleware. So each HTTP
/// function hands its request to this pipeline, which routes it once more; what a route answers stands in one place for both hosts.
/// </remarks>
internal sealed class ApiPipeline
{
    private readonly RequestDelegate _answer;

    /// <summary>Builds it once.</summary>
    public ApiPipeline(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        app.UseRouting();
        app.UseApp();
        app.UseEndpoints(routes => routes.MapApi());
        _answer = app.Build();
    }

    /// <summary>Answers a request.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        // The function runs in the host's call. Spans and trace ids are the request's.
        Activity.Current = context.Features.Get<IHttpActivityFeature>()?.Activity ?? Activity.Current;
        // Routing passes over a request that has an endpoint: the one that waits for this function.
        context.SetEndpoint(null);
        context.Request.RouteValues.Clear();
        await _answer(context);
    }
}
