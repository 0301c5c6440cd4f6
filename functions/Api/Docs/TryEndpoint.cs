using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Pipeline.Functions.Auth;

namespace Pipeline.Functions.Api.Docs;

/// <summary>A page to try a model in a browser: one file that loads nothing from elsewhere.</summary>
internal static class TryEndpoint
{
    private static readonly byte[] Page = ShippedFile.Read("try.html");

    // Nothing runs but the page's own script, and nothing is asked but this app: what a model or a text is called cannot change that.
    private static readonly string Policy =
        $"default-src 'none'; script-src '{Hash("script")}'; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Maps <c>GET /api/try</c>. Anybody may read it, since a browser that opens it cannot send a key; what it asks of the API wants one.</summary>
    public static void MapTry(this IEndpointRouteBuilder app) => app.MapGet("/api/try", Get).WithName("GetTryPage").ForAnybody();

    private static FileContentHttpResult Get(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-cache";
        return TypedResults.Bytes(Page, "text/html; charset=utf-8");
    }

    private static string Hash(string element)
    {
        var page = Encoding.UTF8.GetString(Page);
        var from = page.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
        var content = page[from..page.IndexOf($"</{element}>", StringComparison.Ordinal)];
        return $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}";
    }
}
