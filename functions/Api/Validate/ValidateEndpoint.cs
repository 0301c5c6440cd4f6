using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Pipeline.Core.Runs;
using Pipeline.Functions.Hosting;
using Pipeline.Functions.Ingestion;

namespace Pipeline.Functions.Api.Validate;

/// <summary>Validates a dataset that comes in the request, and keeps nothing of it.</summary>
internal static class ValidateEndpoint
{
    private const string RetryAfterSeconds = "5";

    /// <summary>Registers what it needs.</summary>
    public static void AddValidation(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<ValidationOptions, ValidationOptionsCheck>().BindConfiguration(ValidationOptions.Section);
        builder.Services.AddSingleton<ValidationSlots>();
        builder.Services.AddSingleton<DatasetValidation>();
    }

    /// <summary>Maps <c>POST /api/datasets/validate</c>.</summary>
    public static void MapValidate(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/datasets/validate", ValidateAsync).WithName("ValidateDataset");

    private static async Task<IResult> ValidateAsync(
        HttpContext context, ValidationSlots slots, DatasetValidation validation, IOptions<ValidationOptions> limits, CancellationToken cancellationToken)
    {
        // The body is counted as it is read, and Kestrel drains what is left of one that is refused.
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        using var slot = slots.TryTake();
        if (slot is null)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
            return Problem.Of(
                StatusCodes.Status429TooManyRequests, "busy", $"{limits.Value.MaxConcurrent} datasets are being validated.",
                $"Try again after {RetryAfterSeconds} seconds.");
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(limits.Value.TimeLimit);
        try
        {
            using var posted = await PostedDataset.ReadAsync(context.Request, limits.Value, stop.Token);
            var report = await validation.ValidateAsync(
                new DatasetReference(posted.Name, "", posted.Content.Length), posted.Content, posted.Options, stop.Token);
            return ReportFormat.Of(report, context.Request);
        }
        catch (RefusedRequestException refused)
        {
            return refused.ToProblem();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Problem.Of(
                StatusCodes.Status408RequestTimeout, "too-slow", $"The dataset was not read within {limits.Value.TimeLimit.TotalSeconds:0} seconds, its upload included.",
                "Drop it into the container 'datasets' with {\"mode\": \"validate\"} in its options file; there is no limit there.");
        }
    }
}
