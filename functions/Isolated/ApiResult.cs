namespace Pipeline.Functions.Isolated;

/// <summary>The answer of every HTTP function: what the API makes of the request.</summary>
internal sealed class ApiResult : IResult
{
    /// <summary>The only one.</summary>
    public static ApiResult Instance { get; } = new();

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext) => httpContext.RequestServices.GetRequiredService<ApiPipeline>().AnswerAsync(httpContext);
}
