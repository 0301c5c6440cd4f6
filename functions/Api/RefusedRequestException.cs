using Microsoft.AspNetCore.Http.HttpResults;

namespace Pipeline.Functions.Api;

/// <summary>A request that cannot be answered, and the answer it gets instead.</summary>
internal class RefusedRequestException(int status, string code, string detail, string fix, Exception? inner = null) : Exception(detail, inner)
{
    /// <summary>HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>A stable identifier.</summary>
    public string Code { get; } = code;

    /// <summary>What the caller can do.</summary>
    public string Fix { get; } = fix;

    /// <summary>The answer.</summary>
    public ProblemHttpResult ToProblem() => Problem.Of(Status, Code, Message, Fix);
}
