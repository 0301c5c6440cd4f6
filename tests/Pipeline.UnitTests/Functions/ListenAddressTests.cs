using Microsoft.AspNetCore.Builder;
using Pipeline.Functions.Hosting;

namespace Pipeline.UnitTests.Functions;

public sealed class ListenAddressTests
{
    [Fact]
    public void The_hosts_port_wins_over_the_address_that_its_image_sets()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://+:80", "--FUNCTIONS_CUSTOMHANDLER_PORT=4711"]);

        builder.ListenWhereTheHostAsks();

        Assert.Equal("http://127.0.0.1:4711", builder.WebHost.GetSetting("urls"));
    }

    [Fact]
    public void Without_a_host_the_address_of_aspnet_core_counts()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://+:8080"]);

        builder.ListenWhereTheHostAsks();

        Assert.Equal("http://+:8080", builder.WebHost.GetSetting("urls"));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("65536")]
    public void A_port_that_is_none_is_refused_with_the_variables_name(string port)
    {
        var builder = WebApplication.CreateSlimBuilder([$"--FUNCTIONS_CUSTOMHANDLER_PORT={port}"]);

        var refused = Assert.Throws<InvalidOperationException>(builder.ListenWhereTheHostAsks);

        Assert.Contains("FUNCTIONS_CUSTOMHANDLER_PORT", refused.Message, StringComparison.Ordinal);
    }
}
