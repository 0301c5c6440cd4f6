using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Auth;

/// <summary>Tokens of Entra ID, where the configuration names a tenant; else every request that the Functions host lets through is taken.</summary>
internal static class AuthServices
{
    /// <summary>Registers it. Options are checked at the start of the program.</summary>
    public static void AddAuth(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<AuthOptions, AuthOptionsCheck>().BindConfiguration(AuthOptions.Section);
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<IOptions<AuthOptions>>(TakeTokens);
        builder.Services.AddAuthorization();
        builder.Services.AddOptions<AuthorizationOptions>().Configure<IOptions<AuthOptions>>(AskForRoles);
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, AuthProblems>();
    }

    /// <summary>Puts it in front of the endpoints.</summary>
    public static void UseAuth(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetRequiredService<IOptions<AuthOptions>>().Value.IsOn)
            app.UseAuthentication();
        app.UseAuthorization();
    }

    private static void TakeTokens(JwtBearerOptions jwt, IOptions<AuthOptions> auth)
    {
        if (auth.Value is not { IsOn: true } options)
            return;
        jwt.Authority = new Uri(options.Instance, $"{options.TenantId}/v2.0").AbsoluteUri;
        // Claims keep the names that they have in the token.
        jwt.MapInboundClaims = false;
        jwt.TokenValidationParameters.RoleClaimType = "roles";
        jwt.TokenValidationParameters.NameClaimType = "azp";
        jwt.TokenValidationParameters.ValidAlgorithms = ["RS256"];
        // A token of version 1 is for the URI, one of version 2 for the client id in it.
        jwt.TokenValidationParameters.ValidAudiences = [options.Audience!, .. ClientId(options.Audience!)];
    }

    private static string[] ClientId(string audience) =>
        audience.StartsWith("api://", StringComparison.Ordinal) && Guid.TryParse(audience.AsSpan("api://".Length), out _) ? [audience["api://".Length..]] : [];

    private static void AskForRoles(AuthorizationOptions authorization, IOptions<AuthOptions> auth)
    {
        var options = auth.Value;
        if (!options.IsOn)
        {
            authorization.AddPolicy(Access.ManagePolicy, policy => policy.RequireAssertion(_ => true));
            return;
        }

        authorization.AddPolicy(Access.ManagePolicy, policy => policy.RequireAuthenticatedUser().RequireRole(options.ManageRole));
        // What names no policy, paths that do not exist included.
        authorization.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireRole(options.ClassifyRole, options.ManageRole).Build();
    }
}
