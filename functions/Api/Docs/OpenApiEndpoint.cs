using Microsoft.AspNetCore.Http.HttpResults;
using Pipeline.Functions.Auth;

namespace Pipeline.Functions.Api.Docs;

/// <summary>The API's own description, OpenAPI 3.1. It is kept by hand; a test holds it against the routes and their answers.</summary>
internal static class OpenApiEndpoint
{
    private static readonly byte[] Document = ShippedFile.Read("openapi.json");

    /// <summary>Maps <c>GET /api/openapi.json</c>. Anybody may read it: tools that read it have no key, and it is the same on every deployment.</summary>
    public static void MapOpenApi(this IEndpointRouteBuilder app) => app.MapGet("/api/openapi.json", Get).WithName("GetOpenApi").ForAnybody();

    private static FileContentHttpResult Get() => TypedResults.Bytes(Document, "application/json");
}
