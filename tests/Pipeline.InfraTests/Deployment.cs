using System.Text.Json.Nodes;

namespace Pipeline.InfraTests;

/// <summary>The resources that a deployment would make.</summary>
internal sealed class Deployment(JsonNode snapshot)
{
    public IReadOnlyList<JsonNode> Resources { get; } = [.. snapshot["predictedResources"]!.AsArray().Select(node => node!)];

    public IReadOnlyList<string> Outputs { get; } = [.. snapshot["outputs"]!.AsObject().Select(output => output.Key)];

    public IEnumerable<JsonNode> OfType(string type) => Resources.Where(resource => resource.Text("type") == type);

    public JsonNode Single(string type) => Assert.Single(OfType(type));

    public JsonNode FunctionsContainer => Assert.Single(Single("Microsoft.App/containerApps").At("properties.template.containers").AsArray())!;

    public JsonNode TrainerContainer => Assert.Single(Single("Microsoft.App/jobs").At("properties.template.containers").AsArray())!;
}

internal static class JsonNavigation
{
    /// <summary>The node at a path of property names; fails with the path if it is not there.</summary>
    public static JsonNode At(this JsonNode node, string path) => path.Split('.').Aggregate(
        node, (current, name) => current[name] ?? throw new KeyNotFoundException($"No '{path}' in {node.ToJsonString()}"));

    public static string Text(this JsonNode node, string path) => node.At(path).GetValue<string>();

    public static bool Flag(this JsonNode node, string path) => node.At(path).GetValue<bool>();

    public static int Number(this JsonNode node, string path) => node.At(path).GetValue<int>();

    public static string[] Texts(this JsonNode node, string path) => [.. node.At(path).AsArray().Select(item => item!.GetValue<string>())];

    /// <summary>The environment variables of a container.</summary>
    public static Dictionary<string, string> Settings(this JsonNode container) =>
        container.At("env").AsArray().ToDictionary(setting => setting!.Text("name"), setting => setting!.Text("value"));
}
