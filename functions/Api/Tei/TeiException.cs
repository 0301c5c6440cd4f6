namespace Pipeline.Functions.Api.Tei;

/// <summary>A request that is answered with an error in the shape of Text Embeddings Inference.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="type">The kind of error.</param>
/// <param name="message">What is wrong, and what to do.</param>
internal sealed class TeiException(int status, TeiErrorType type, string message) : Exception(message)
{
    /// <summary>HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The kind of error.</summary>
    public TeiErrorType Type { get; } = type;

    /// <summary>422: JSON, but not such a request.</summary>
    public static TeiException Validation(string message) => new(StatusCodes.Status422UnprocessableEntity, TeiErrorType.Validation, message);

    /// <summary>400: there is no text.</summary>
    public static TeiException Empty(string message) => new(StatusCodes.Status400BadRequest, TeiErrorType.Empty, message);
}
