using System.Text.RegularExpressions;

namespace Pipeline.InfraTests;

/// <summary>What azd, the registry's builder and the templates must agree on.</summary>
public sealed partial class DeliveryFilesTests(TrialTests.Fixture trial) : IClassFixture<TrialTests.Fixture>
{
    private readonly string _azd = File.ReadAllText(Repository.File("azure.yaml"));
    private readonly string _images = File.ReadAllText(Repository.File("infra", "images.acr.yaml"));

    [Fact]
    public void Azd_deploys_each_service_to_the_resource_with_its_tag()
    {
        var services = Service().Matches(_azd).Select(match => match.Groups[1].Value);
        var tagged = trial.Deployment.Resources.Select(resource => resource["tags"]?["azd-service-name"]?.GetValue<string>()).OfType<string>();

        Assert.Equal(tagged.Order(), services.Order());
    }

    [Fact]
    public void Azd_deploys_a_parameter_file_that_exists()
    {
        var module = Regex.Match(_azd, @"^  module: (\w+)", RegexOptions.Multiline).Groups[1].Value;

        Assert.True(File.Exists(Repository.File("infra", $"{module}.bicepparam")), module);
    }

    [Fact]
    public void Both_ways_build_from_the_same_files()
    {
        var azd = Regex.Matches(_azd, @"^      path: (\S+)", RegexOptions.Multiline).Select(match => match.Groups[1].Value).ToArray();
        var registry = Regex.Matches(_images, @" -f (\S+)").Select(match => match.Groups[1].Value).ToArray();

        Assert.Equal(azd, registry);
        Assert.All(azd, file => Assert.True(File.Exists(Repository.File(file)), file));
    }

    [Fact]
    public void Both_ways_tell_the_build_how_the_functions_app_is_hosted_and_where_the_trainer_computes()
    {
        var azd = Regex.Matches(_azd, @"^        - (\w+)=\$\{(\w+)=(\w+)\}$", RegexOptions.Multiline).Select(match => (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value));
        var registry = Regex.Matches(_images, @"--build-arg (\w+)=").Select(match => match.Groups[1].Value);

        Assert.Equal([("HOSTING", "FUNCTIONS_HOSTING", "CustomHandler"), ("TorchBackend", "TORCH_BACKEND", "cpu")], azd);
        Assert.Equal(["HOSTING", "TorchBackend"], registry);
        Assert.Contains("--build-arg HOSTING={{default \"CustomHandler\" .Values.hosting}} ", _images, StringComparison.Ordinal);
        Assert.All([("functions", "HOSTING=CustomHandler"), ("trainer", "TorchBackend=cpu")], image =>
            Assert.Contains($"ARG {image.Item2}\n", File.ReadAllText(Repository.File("infra", $"{image.Item1}.Dockerfile")), StringComparison.Ordinal));
    }

    [Fact]
    public void The_image_serves_where_the_ingress_sends_requests()
    {
        var port = trial.Deployment.Single("Microsoft.App/containerApps").Number("properties.configuration.ingress.targetPort");

        Assert.Contains($"ASPNETCORE_URLS=http://+:{port}\n", File.ReadAllText(Repository.File("infra", "functions.Dockerfile")), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^  (\w+):\n    project:", RegexOptions.Multiline)]
    private static partial Regex Service();
}
