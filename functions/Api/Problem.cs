using Microsoft.AspNetCore.Http.HttpResults;

namespace Pipeline.Functions.Api;

/// <summary>A problem-details answer (RFC 9457) that says what to do.</summary>
internal static class Problem
{
    /// <summary>Makes the answer.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="code">A stable identifier, for example <c>no-such-run</c>.</param>
    /// <param name="detail">What is wrong with this request.</param>
    /// <param name="fix">What the caller can do about it.</param>
    public static ProblemHttpResult Of(int status, string code, string detail, string fix) =>
        TypedResults.Problem(detail, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code, ["fix"] = fix });
}
