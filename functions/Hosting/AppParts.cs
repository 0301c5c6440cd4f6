using Pipeline.Functions.Api;
using Pipeline.Functions.Api.Docs;
using Pipeline.Functions.Api.Tei;
using Pipeline.Functions.Api.Validate;
using Pipeline.Functions.Auth;
using Pipeline.Functions.Drift;
using Pipeline.Functions.Estimates;
using Pipeline.Functions.Feedback;
using Pipeline.Functions.Ingestion;
using Pipeline.Functions.Recovery;
using Pipeline.Functions.Scoring;
using Pipeline.Functions.Serving;
using Pipeline.Functions.Telemetry;

namespace Pipeline.Functions.Hosting;

/// <summary>What the app is made of behind either host.</summary>
internal static class AppParts
{
    /// <summary>Registers the services.</summary>
    public static void AddApp(this IHostApplicationBuilder builder)
    {
        builder.AddPipelineJson();
        builder.AddProblems();
        builder.AddStorage();
        builder.AddEstimates();
        builder.AddIngestion();
        builder.AddRecovery();
        builder.AddValidation();
        builder.AddServing();
        builder.AddScoring();
        builder.AddFeedback();
        builder.AddClassifyLimit();
        builder.AddAuth();
        builder.AddTelemetry();
    }

    /// <summary>Puts in front of the endpoints what all of them share.</summary>
    public static void UseApp(this IApplicationBuilder app)
    {
        app.UseProblems();
        app.UseAuth();
        app.UseRateLimiter();
    }

    /// <summary>Maps the HTTP API.</summary>
    public static void MapApi(this IEndpointRouteBuilder app)
    {
        app.MapModels();
        app.MapPromote();
        app.MapRollback();
        app.MapClassify();
        app.MapPredict();
        app.MapInfo();
        app.MapFeedback();
        app.MapDrift();
        app.MapValidate();
        app.MapEstimate();
        app.MapRuns();
        app.MapCancel();
        app.MapOptionsSchema();
        app.MapOpenApi();
        app.MapTry();
        app.MapHealth();
        app.MapMetrics();
    }
}
