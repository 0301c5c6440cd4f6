using YamlDotNet.RepresentationModel;

namespace Pipeline.InfraTests;

/// <summary>A workflow of GitHub Actions, or another YAML file.</summary>
internal sealed class Workflow
{
    private Workflow(string name, string text)
    {
        (Name, Text) = (name, text);
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        Root = (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    /// <summary>The file's name.</summary>
    public string Name { get; }

    public string Text { get; }

    public YamlMappingNode Root { get; }

    public IEnumerable<(string Name, YamlMappingNode Job)> Jobs =>
        ((YamlMappingNode)Root["jobs"]).Children.Select(job => (((YamlScalarNode)job.Key).Value!, (YamlMappingNode)job.Value));

    public static IReadOnlyList<Workflow> All { get; } =
        [.. Directory.EnumerateFiles(Repository.File(".github", "workflows")).Order(StringComparer.Ordinal).Select(Of)];

    public static Workflow Of(string path) => new(Path.GetFileName(path), File.ReadAllText(path));

    /// <summary>The permissions that stand at a node, as <c>scope: access</c>; null where none do.</summary>
    public static string[]? Permissions(YamlMappingNode node) => node.Children.TryGetValue("permissions", out var permissions)
        ? permissions is YamlMappingNode scopes ? [.. scopes.Children.Select(scope => $"{scope.Key}: {scope.Value}")] : [permissions.ToString()]
        : null;

    /// <summary>The steps of a job.</summary>
    public static IEnumerable<YamlMappingNode> Steps(YamlMappingNode job) => ((YamlSequenceNode)job["steps"]).Children.Cast<YamlMappingNode>();

    /// <summary>A scalar; null where there is none.</summary>
    public static string? Value(YamlMappingNode node, string name) => node.Children.TryGetValue(name, out var value) ? value.ToString() : null;

    public override string ToString() => Name;
}
