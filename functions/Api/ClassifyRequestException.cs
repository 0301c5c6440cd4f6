namespace Pipeline.Functions.Api;

/// <summary>A classify request that cannot be answered, and the answer it gets instead.</summary>
internal sealed class ClassifyRequestException(int status, string code, string detail, string fix) : RefusedRequestException(status, code, detail, fix)
{
    private const string Shape =
        "Send {\"inputs\": \"a text\" or {\"text\": \"…\", \"text_pair\": \"…\"} or a list of those, \"top_k\": 1 or more (optional), \"threshold\": 0 to 1 (optional), " +
        "\"explain\": true or {\"words\": 5} (optional), \"raw_scores\": true or false (optional), \"truncate\": true or false (optional)}.";

    /// <summary>A request of the wrong shape, or one that this model cannot answer.</summary>
    public static ClassifyRequestException Bad(string code, string detail, string fix = Shape) => new(StatusCodes.Status400BadRequest, code, detail, fix);

    /// <summary>A request of the right shape with a text that cannot be served.</summary>
    public static ClassifyRequestException Unservable(string code, string detail, string fix) => new(StatusCodes.Status422UnprocessableEntity, code, detail, fix);
}
