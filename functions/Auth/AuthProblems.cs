using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Authorization.Policy;
using Pipeline.Functions.Api;
using Pipeline.Functions.Api.Tei;

namespace Pipeline.Functions.Auth;

/// <summary>Says why a request is not let through: 401 without a valid token, 403 without the role.</summary>
internal sealed class AuthProblems : IAuthorizationMiddlewareResultHandler
{
    /// <inheritdoc/>
    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            await next(context);
            return;
        }

        // Sets the status, and WWW-Authenticate with what is wrong with the token.
        var (status, code, detail, fix) = authorizeResult.Challenged
            ? (StatusCodes.Status401Unauthorized, "no-token", "The request has no valid token.", "Send 'Authorization: Bearer …' with a token for this API; WWW-Authenticate says more.")
            : (StatusCodes.Status403Forbidden, "role-missing", $"The token has not the role '{Role(policy)}'.", "Have the role assigned to the caller in Entra ID, and get a new token.");
        if (authorizeResult.Challenged)
            await context.ChallengeAsync();
        else
            await context.ForbidAsync();
        if (context.GetEndpoint()?.Metadata.GetMetadata<TeiRoute>() is not null)
            await TypedResults.Json(new TeiError($"{detail} {fix}", TeiErrorType.Validation), FunctionsJson.Compact.TeiError, statusCode: status).ExecuteAsync(context);
        else
            await Problem.Of(status, code, detail, fix).ExecuteAsync(context);
    }

    private static string Role(AuthorizationPolicy policy) =>
        policy.Requirements.OfType<RolesAuthorizationRequirement>().SelectMany(r => r.AllowedRoles).First();
}
