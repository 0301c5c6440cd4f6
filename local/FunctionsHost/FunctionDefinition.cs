using System.Text.Json.Nodes;

namespace Pipeline.Local.FunctionsHost;

/// <summary>A function as its <c>function.json</c> describes it; read from the built app, so that the binding's name is the one the real host uses.</summary>
/// <param name="Name">The function's name, that of its folder.</param>
/// <param name="Binding">The name of its trigger binding.</param>
internal sealed record FunctionDefinition(string Name, string Binding)
{
    /// <summary>The functions of an app that Event Grid triggers.</summary>
    /// <param name="appFolder">The folder with <c>host.json</c> and a folder per function.</param>
    /// <exception cref="LocalException">There is none.</exception>
    public static IReadOnlyList<FunctionDefinition> EventGridTriggered(string appFolder)
    {
        var functions = Directory.EnumerateDirectories(appFolder)
            .Select(folder => (Name: Path.GetFileName(folder), File: Path.Combine(folder, "function.json")))
            .Where(f => File.Exists(f.File))
            .OrderBy(f => f.Name, StringComparer.Ordinal)
            .SelectMany(f => Triggers(f.File), (f, binding) => new FunctionDefinition(f.Name, binding))
            .ToList();
        return functions.Count > 0
            ? functions
            : throw new LocalException(
                $"The functions app in {appFolder} has no function.json with an eventGridTrigger.",
                "Build the solution again (dotnet build).");
    }

    private static IEnumerable<string> Triggers(string file) =>
        from binding in JsonNode.Parse(File.ReadAllText(file))?["bindings"]?.AsArray() ?? []
        where string.Equals((string?)binding?["type"], "eventGridTrigger", StringComparison.OrdinalIgnoreCase)
        select (string?)binding!["name"] ?? throw new InvalidDataException($"{file}: the trigger binding has no name.");
}
