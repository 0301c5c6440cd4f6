using Pipeline.Core.Models;
using Pipeline.Functions.Auth;

namespace Pipeline.Functions.Api;

/// <summary>Puts the version that was in production before back there, on a person's word.</summary>
internal static class RollbackEndpoint
{
    private const string Shape = "Send nothing, or {\"reason\": \"why\" (optional), \"by\": \"who\" (optional)}.";

    /// <summary>Maps <c>POST /api/models/{name}/rollback</c>.</summary>
    public static void MapRollback(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/models/{name}/rollback", RollBackAsync).WithName("RollbackModel").ForManagers();

    private static async Task<IResult> RollBackAsync(
        string name, HttpRequest request, ModelStore models, ProductionSwitch production, PromotionLog log, MissingModel missing, CancellationToken cancellationToken)
    {
        try
        {
            var body = await TextProperties.ReadAsync(request, ["reason", "by"], Shape, cancellationToken);
            if (!ResourceName.IsValid(name) || await models.FindProductionAsync(name, cancellationToken) is not { } current)
                return await missing.ExplainAsync(name, cancellationToken);
            if (current.Pointer.Previous is not { } before)
                return Conflict("no-previous-version", $"Before version '{current.Pointer.Version}' no version of model '{name}' was in production.", Promote(name));
            if (await models.FindManifestAsync(name, before, cancellationToken) is not { } previous)
                return Conflict("damaged-version", $"Version '{before}', which was in production before, is no longer published.", Promote(name));
            var choice = new PersonsChoice(body.GetValueOrDefault("by"), body.GetValueOrDefault("reason"));
            if (await production.TryRollBackAsync(current, previous, choice, cancellationToken) is not { } pointer)
                return Conflict("pointer-moved", $"Another has moved the pointer of model '{name}' at this moment.", $"GET /api/models/{name} says what is in production now.");
            await log.AddAsync(previous, pointer, cancellationToken);
            return TypedResults.Ok(pointer);
        }
        catch (RefusedRequestException refused)
        {
            return refused.ToProblem();
        }
        catch (InvalidDataException damaged)
        {
            return Conflict("damaged-version", $"The version that was in production before could not answer: {damaged.Message}", Promote(name));
        }
    }

    private static string Promote(string name) => $"GET /api/models/{name} lists the versions; POST /api/models/{name}/promote with one of them.";

    private static IResult Conflict(string code, string detail, string fix) => Problem.Of(StatusCodes.Status409Conflict, code, detail, fix);
}
