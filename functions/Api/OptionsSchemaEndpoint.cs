using Microsoft.AspNetCore.Http.HttpResults;
using Pipeline.Core.Runs;
using Pipeline.Functions.Auth;

namespace Pipeline.Functions.Api;

/// <summary>The schema of options files, for editors that complete from it.</summary>
internal static class OptionsSchemaEndpoint
{
    /// <summary>Maps <c>GET /api/options.schema.json</c>. Anybody may read it, since an editor has no key.</summary>
    public static void MapOptionsSchema(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/options.schema.json", Get).WithName("GetOptionsSchema").ForAnybody();

    private static FileContentHttpResult Get() => TypedResults.Bytes(OptionsSchema.Utf8, "application/schema+json");
}
