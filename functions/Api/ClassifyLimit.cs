using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using Pipeline.Functions.Api.Tei;
using Pipeline.Functions.Serving;

namespace Pipeline.Functions.Api;

/// <summary>Bounds how many classify requests are worked on at once; the rest is answered 429 at once, before its body is read.</summary>
internal static class ClassifyLimit
{
    /// <summary>The policy's name; an endpoint asks for it with <c>RequireRateLimiting</c>.</summary>
    public const string Policy = "classify";

    private const string RetryAfterSeconds = "1";

    /// <summary>Registers the policy.</summary>
    public static void AddClassifyLimit(this IHostApplicationBuilder builder)
    {
        builder.Services.AddRateLimiter(_ => { });
        builder.Services.AddOptions<RateLimiterOptions>().Configure<IOptions<ServingOptions>>((limiter, serving) =>
        {
            limiter.AddConcurrencyLimiter(Policy, o => o.PermitLimit = serving.Value.MaxConcurrentRequests);
            limiter.OnRejected = async (rejected, _) =>
                await TooBusy(rejected.HttpContext, $"{serving.Value.MaxConcurrentRequests} requests are being answered.");
        });
    }

    /// <summary>Answers 429 and says when to try again.</summary>
    public static async Task TooBusy(HttpContext context, string detail)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<TeiRoute>() is not null)
        {
            await TeiErrors.TooBusy(context, detail);
            return;
        }

        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        await Problem.Of(
            StatusCodes.Status429TooManyRequests, "overloaded", detail,
            "Try again after the seconds in Retry-After, with fewer requests at once, or run more instances.").ExecuteAsync(context);
    }
}
