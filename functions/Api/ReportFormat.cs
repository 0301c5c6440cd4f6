using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;
using Pipeline.Core.Datasets;
using Pipeline.Core.Reports;

namespace Pipeline.Functions.Api;

/// <summary>A validation report as the caller wants it: JSON, or a page for people.</summary>
internal static class ReportFormat
{
    private const string Html = "text/html";
    private const string Json = "application/json";

    /// <summary>True where <c>Accept</c> names <c>text/html</c>, and JSON no sooner. A browser does; a program that takes anything gets JSON.</summary>
    public static bool IsHtmlWanted(HttpRequest request)
    {
        var accepted = new RequestHeaders(request.Headers).Accept;
        return Quality(accepted, Html) is > 0 and var html && html > Quality(accepted, Json);
    }

    /// <summary>The answer.</summary>
    public static IResult Of(ValidationReport report, HttpRequest request) =>
        IsHtmlWanted(request) ? TypedResults.Content(HtmlReport.Render(report), Html + "; charset=utf-8") : TypedResults.Ok(report);

    private static double Quality(IList<MediaTypeHeaderValue> accepted, string type) =>
        accepted.Where(a => a.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)).Select(a => a.Quality ?? 1).DefaultIfEmpty(0).Max();
}
