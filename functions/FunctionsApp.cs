using Pipeline.Functions.Envelope;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions;

/// <summary>The custom handler: an ASP.NET Core program behind the Azure Functions host.</summary>
internal static class FunctionsApp
{
    /// <summary>Builds the app.</summary>
    /// <param name="args">Command line; <c>--key value</c> sets a configuration value.</param>
    /// <param name="configure">Last changes before the app is built; tests put their own services here.</param>
    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.ListenWhereTheHostAsks();
        builder.AddSingleLineLogging();
        builder.AddApp();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseApp();
        app.MapTriggers();
        app.MapApi();
        return app;
    }
}
