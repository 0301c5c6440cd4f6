using Pipeline.Core.Models;
using Pipeline.Functions.Auth;

namespace Pipeline.Functions.Api;

/// <summary>Puts a version into production on a person's word, newer or older than the one there.</summary>
internal static class PromoteEndpoint
{
    private const string Shape = "Send {\"version\": \"a published version\", \"reason\": \"why\" (optional), \"by\": \"who\" (optional)}.";

    /// <summary>Maps <c>POST /api/models/{name}/promote</c>.</summary>
    public static void MapPromote(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/models/{name}/promote", PromoteAsync).WithName("PromoteModel").ForManagers();

    private static async Task<IResult> PromoteAsync(
        string name, HttpRequest request, ModelStore models, ProductionSwitch production, PromotionLog log, MissingModel missing, CancellationToken cancellationToken)
    {
        try
        {
            var body = await TextProperties.ReadAsync(request, ["version", "reason", "by"], Shape, cancellationToken);
            if (body.GetValueOrDefault("version") is not { } version)
                return Problem.Of(StatusCodes.Status400BadRequest, "no-version", "The property 'version' is missing.", Shape);
            if (!ResourceName.IsValid(name))
                return await missing.ExplainAsync(name, cancellationToken);
            if (!ResourceName.IsVersion(version) || await models.FindManifestAsync(name, version, cancellationToken) is not { } manifest)
                return (await missing.ReasonAsync(name, version, cancellationToken)).ToProblem();
            var choice = new PersonsChoice(body.GetValueOrDefault("by"), body.GetValueOrDefault("reason"));
            var (pointer, moved) = await production.ChooseAsync(manifest, choice, cancellationToken);
            if (moved)
                await log.AddAsync(manifest, pointer, cancellationToken);
            return TypedResults.Ok(pointer);
        }
        catch (RefusedRequestException refused)
        {
            return refused.ToProblem();
        }
        catch (InvalidDataException damaged)
        {
            return Problem.Of(
                StatusCodes.Status409Conflict, "damaged-version", $"The version could not answer: {damaged.Message}", "Choose another version, or drop the dataset again.");
        }
        catch (TimeoutException busy)
        {
            return Problem.Of(StatusCodes.Status409Conflict, "pointer-busy", busy.Message, "Look at GET /api/models and try again.");
        }
    }
}
