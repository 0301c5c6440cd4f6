using Pipeline.Functions.Api;
using Pipeline.Functions.Api.Docs;
using Pipeline.Functions.Api.Tei;
using Pipeline.Functions.Api.Validate;
using Pipeline.Functions.Auth;
using Pipeline.Functions.Drift;
using Pipeline.Functions.Envelope;
using Pipeline.Functions.Feedback;
using Pipeline.Functions.Hosting;
using Pipeline.Functions.Ingestion;
using Pipeline.Functions.Recovery;
using Pipeline.Functions.Scoring;
using Pipeline.Functions.Serving;
using Pipeline.Functions.Telemetry;

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
        builder.AddPipelineJson();
        builder.AddProblems();
        builder.AddStorage();
        builder.AddIngestion();
        builder.AddRecovery();
        builder.AddValidation();
        builder.AddServing();
        builder.AddScoring();
        builder.AddFeedback();
        builder.AddClassifyLimit();
        builder.AddAuth();
        builder.AddTelemetry();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseProblems();
        app.UseAuth();
        app.UseRateLimiter();
        app.MapBlobEvents();
        app.MapMessages();
        app.MapRecovery();
        app.MapModels();
        app.MapPromote();
        app.MapRollback();
        app.MapClassify();
        app.MapPredict();
        app.MapInfo();
        app.MapFeedback();
        app.MapDrift();
        app.MapValidate();
        app.MapRuns();
        app.MapCancel();
        app.MapOptionsSchema();
        app.MapOpenApi();
        app.MapTry();
        app.MapHealth();
        app.MapMetrics();
        return app;
    }
}
