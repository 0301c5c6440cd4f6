using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Networks;

namespace Pipeline.Tests.Containers;

/// <summary>The images that tests start, all made before the tests run.</summary>
internal static class TestImages
{
    public const string Azurite = "pipeline-tests/azurite:3.35.0";
    public const string RabbitMq = "pipeline-tests/rabbitmq:4";
    public const string Functions = "pipeline-functions:test";
    public const string Trainer = "pipeline-trainer:test";

    // test.sh removes by it what a killed test program left behind.
    private const string Label = "pipeline-tests";

    private static readonly string Session = Environment.GetEnvironmentVariable("PIPELINE_TEST_SESSION") ?? "manual";

    public static string HowToMake(string image) => image.StartsWith("pipeline-tests/", StringComparison.Ordinal)
        ? "Make it with: bash tests/images/prepare.sh"
        : "Make it with: TAG=test ./build-images.sh";

    /// <summary>A builder for one of them.</summary>
    public static ContainerBuilder Start(string image)
    {
        DockerEngine.Require(image);
        return new ContainerBuilder(image).WithLabel(Label, Session);
    }

    /// <summary>A network in which containers find each other by their aliases.</summary>
    public static INetwork NewNetwork()
    {
        DockerEngine.Require();
        return new NetworkBuilder().WithLabel(Label, Session).Build();
    }
}
