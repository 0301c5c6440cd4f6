using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Core.Runs;
using Pipeline.Tests.Shared;

namespace Pipeline.UnitTests.Functions;

/// <summary>The program and the function.json files say the same.</summary>
public sealed class EndpointsTests
{
    // A proxied request keeps its path, the host's prefix "api" included; a trigger's envelope comes to /{FunctionName}.
    [Fact]
    public async Task Each_function_has_one_endpoint_with_its_route_and_method_and_the_other_way_round()
    {
        await using var app = await RunningFunctions.StartAsync();

        var endpoints = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(e =>
            $"{e.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName}: " +
            $"{e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single()} {e.RoutePattern.RawText!.TrimEnd('/')}");

        Assert.Equal(FunctionFolders.Names.Select(Expected), endpoints.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_schema_of_options_is_served_as_it_is_shipped()
    {
        await using var app = await RunningFunctions.StartAsync();

        using var response = await app.Http.GetAsync("/api/options.schema.json", TestContext.Current.CancellationToken);

        Assert.Equal("application/schema+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(OptionsSchema.Utf8.ToArray(), await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private static string Expected(string function)
    {
        var trigger = FunctionFolders.Trigger(function);
        return trigger.TryGetProperty("route", out var route)
            ? $"{function}: {trigger.GetProperty("methods").EnumerateArray().Single().GetString()!.ToUpperInvariant()} /api/{route.GetString()}"
            : $"{function}: POST /{function}";
    }
}
