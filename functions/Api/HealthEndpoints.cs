using System.Reflection;
using System.Runtime.InteropServices;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Http.HttpResults;
using Pipeline.Core.Storage;
using Pipeline.Functions.Auth;
using Pipeline.Functions.Serving;

namespace Pipeline.Functions.Api;

/// <summary>Whether the app can do its work.</summary>
internal static class HealthEndpoints
{
    // A probe is asked every few seconds and must not wait out the client's retries.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>This program's version.</summary>
    public static string Version { get; } =
        typeof(HealthEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Maps <c>/api/health</c>.</summary>
    public static void MapHealth(this IEndpointRouteBuilder app) => app.MapGet("/api/health", GetAsync).WithName("Health").ForAnybody();

    private static async Task<Results<Ok<Health>, ProblemHttpResult>> GetAsync(
        BlobServiceClient storage, ModelCache models, HttpContext context, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            if (!await storage.GetBlobContainerClient(BlobLayout.Models).ExistsAsync(patience.Token))
                return Unhealthy(context, $"The storage account has no container '{BlobLayout.Models}'.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Unhealthy(context, $"Storage did not answer within {Patience.TotalSeconds:0} seconds.");
        }

        return TypedResults.Ok(new Health("healthy", "reachable", Version, RuntimeInformation.FrameworkDescription, models.Versions));
    }

    private static ProblemHttpResult Unhealthy(HttpContext context, string detail)
    {
        context.Response.Headers.RetryAfter = "5";
        return Problem.Of(
            StatusCodes.Status503ServiceUnavailable, "storage-unavailable", detail,
            "Check that the storage account is up, that Pipeline:Storage names it, and that its containers exist.");
    }
}

/// <summary>The answer of <c>GET /api/health</c>.</summary>
/// <param name="Status"><c>healthy</c>; anything else is a problem-details answer.</param>
/// <param name="Storage"><c>reachable</c>.</param>
/// <param name="Version">This program's version.</param>
/// <param name="Runtime">The .NET runtime it runs on.</param>
/// <param name="Models">Versions in memory, by model.</param>
internal sealed record Health(string Status, string Storage, string Version, string Runtime, IReadOnlyDictionary<string, string> Models);
