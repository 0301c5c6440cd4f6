using Microsoft.Extensions.Options;
using Pipeline.Core.Feedback;
using Pipeline.Core.Models;
using Pipeline.Functions.Api;
using Pipeline.Functions.Api.Validate;

namespace Pipeline.Functions.Feedback;

/// <summary>Corrections of what a model predicted: taken one by one, given back as a dataset.</summary>
internal static class FeedbackEndpoints
{
    private const int MaxBodyBytes = 2 << 20;

    /// <summary>Maps <c>POST /api/models/{name}/feedback</c> and <c>GET /api/models/{name}/feedback.jsonl</c>.</summary>
    public static void MapFeedback(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/models/{name}/feedback", AddAsync).WithName("GiveFeedback");
        app.MapGet("/api/models/{name}/feedback.jsonl", GetAsync).WithName("GetFeedback");
    }

    /// <summary>404 where learning from use is off.</summary>
    public static IResult IsOff() => Problem.Of(
        StatusCodes.Status404NotFound, "feedback-off", "Learning from use is off.", $"Set {FeedbackOptions.Section}:{nameof(FeedbackOptions.Enabled)} to true (docs/feedback.md).");

    private static async Task<IResult> AddAsync(
        string name, HttpRequest request, IOptions<FeedbackOptions> options, ModelStore models, MissingModel missing, FeedbackStore store, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (!options.Value.Enabled)
            return IsOff();
        try
        {
            using var body = new MemoryStream();
            await new BoundedBody(request.Body, MaxBodyBytes, TooLarge).CopyToAsync(body, cancellationToken);
            var feedback = FeedbackRequest.Read(body.GetBuffer().AsMemory(0, (int)body.Length));
            if (await ManifestAsync(name, feedback.Version, models, cancellationToken) is not { } manifest)
                return feedback.Version is null || !ResourceName.IsValid(name) || (await models.ListVersionsAsync(name, cancellationToken)).Count == 0
                    ? await missing.ExplainAsync(name, cancellationToken)
                    : Problem.Of(
                        StatusCodes.Status404NotFound, "no-such-version", $"Model '{name}' has no version '{feedback.Version}'.",
                        "Send what the header X-Model-Version said, or leave 'version' out.");
            var row = feedback.RowFor(manifest, time.GetUtcNow());
            var (stored, isNew) = await store.AddAsync(name, row, cancellationToken);
            if (!FeedbackStore.Is(stored, row))
                return Problem.Of(
                    StatusCodes.Status409Conflict, "id-taken", $"The id '{row.Id}' stands for another correction, which came at {stored.At:O}.", "Send another id, or none.");
            var answer = new StoredFeedback(row.Id, stored.At, isNew);
            return isNew ? TypedResults.Created((string?)null, answer) : TypedResults.Ok(answer);
        }
        catch (RefusedRequestException refused)
        {
            return refused.ToProblem();
        }
    }

    // The corrections as a file that can be dropped as a dataset.
    private static async Task<IResult> GetAsync(
        string name, IOptions<FeedbackOptions> options, ModelStore models, MissingModel missing, FeedbackStore store, CancellationToken cancellationToken)
    {
        if (!options.Value.Enabled)
            return IsOff();
        if (await ManifestAsync(name, null, models, cancellationToken) is null)
            return await missing.ExplainAsync(name, cancellationToken);
        return TypedResults.Stream(body => store.CopyToAsync(name, body, cancellationToken), "application/x-ndjson");
    }

    private static async Task<ModelManifest?> ManifestAsync(string name, string? version, ModelStore models, CancellationToken cancellationToken)
    {
        if (!ResourceName.IsValid(name))
            return null;
        version ??= (await models.FindProductionAsync(name, cancellationToken))?.Pointer.Version;
        return version is not null && ResourceName.IsVersion(version) ? await models.FindManifestAsync(name, version, cancellationToken) : null;
    }

    private static RefusedRequestException TooLarge() => new(
        StatusCodes.Status413PayloadTooLarge, "body-too-large", $"The body has more than {MaxBodyBytes} bytes.", "Send a shorter text.");
}

/// <summary>The answer of <c>POST /api/models/{name}/feedback</c>.</summary>
/// <param name="Id">The correction's id.</param>
/// <param name="At">When it came first (UTC).</param>
/// <param name="IsNew">Whether this request stored it.</param>
internal sealed record StoredFeedback(string Id, DateTimeOffset At, bool IsNew);
