using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Core.Runs;
using Pipeline.Functions.Auth;
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

        // Those are for a program without the Functions host: its routes all begin with the prefix.
        string[] atRoot = ["GetInfoAtRoot: GET /info", "PredictAtRoot: POST /predict"];
        Assert.Equal(FunctionFolders.Names.Select(Expected).Concat(atRoot).Order(StringComparer.Ordinal), endpoints.Order(StringComparer.Ordinal));
    }

    // With tokens the program itself tells the three kinds of callers apart, as the host does with keys.
    [Fact]
    public async Task A_route_is_for_anybody_or_for_managers_where_its_function_says_so()
    {
        await using var app = await RunningFunctions.StartAsync();

        var levels = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToDictionary(
            e => e.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName,
            e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null ? "anonymous"
                : e.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(a => a.Policy == Access.ManagePolicy) ? "admin" : "function");

        Assert.All(FunctionFolders.Names, name =>
            Assert.Equal(FunctionFolders.Trigger(name).TryGetProperty("authLevel", out var level) ? level.GetString() : "anonymous", levels[name]));
        Assert.Equal(("function", "function"), (levels["PredictAtRoot"], levels["GetInfoAtRoot"]));
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
