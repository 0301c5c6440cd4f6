using System.Text.Json.Nodes;

namespace Pipeline.Local.FunctionsHost;

/// <summary>A function as its <c>function.json</c> describes it; read from the built app, so that the binding's name is the one the real host uses.</summary>
/// <param name="Name">The function's name, that of its folder.</param>
/// <param name="Binding">The name of its trigger binding.</param>
/// <param name="Queue">The queue whose messages trigger it; null where something else does.</param>
/// <param name="Schedule">When a timer triggers it, as an NCRONTAB expression; null where something else does. <c>%NAME%</c> has been looked up, as the host does.</param>
internal sealed record FunctionDefinition(string Name, string Binding, string? Queue = null, string? Schedule = null)
{
    /// <summary>The functions of an app that messages of a Service Bus queue trigger.</summary>
    /// <param name="appFolder">The folder with <c>host.json</c> and a folder per function.</param>
    /// <exception cref="LocalException">There is none.</exception>
    public static IReadOnlyList<FunctionDefinition> QueueTriggered(string appFolder) => Triggered(appFolder, "serviceBusTrigger");

    /// <summary>The functions of an app that a timer triggers.</summary>
    /// <inheritdoc cref="QueueTriggered"/>
    public static IReadOnlyList<FunctionDefinition> TimerTriggered(string appFolder) => Triggered(appFolder, "timerTrigger");

    private static List<FunctionDefinition> Triggered(string appFolder, string type)
    {
        var functions = Directory.EnumerateDirectories(appFolder)
            .Select(folder => (Name: Path.GetFileName(folder), File: Path.Combine(folder, "function.json")))
            .Where(f => File.Exists(f.File))
            .OrderBy(f => f.Name, StringComparer.Ordinal)
            .SelectMany(f => Triggers(f.File, type), (f, trigger) => new FunctionDefinition(f.Name, trigger.Binding, trigger.Queue, trigger.Schedule))
            .ToList();
        return functions.Count > 0
            ? functions
            : throw new LocalException(
                $"The functions app in {appFolder} has no function.json with a trigger of type {type}.",
                "Build the solution again (dotnet build).");
    }

    private static IEnumerable<(string Binding, string? Queue, string? Schedule)> Triggers(string file, string type) =>
        from binding in JsonNode.Parse(File.ReadAllText(file))?["bindings"]?.AsArray() ?? []
        where string.Equals((string?)binding?["type"], type, StringComparison.OrdinalIgnoreCase)
        select ((string?)binding!["name"] ?? throw new InvalidDataException($"{file}: the trigger binding has no name."), (string?)binding["queueName"], Resolved((string?)binding["schedule"], file));

    // An environment variable, or a value of local.settings.json beside the functions.
    private static string? Resolved(string? value, string file)
    {
        if (value is not ['%', .. var name, '%'])
            return value;
        var settings = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(file))!, "local.settings.json");
        return Environment.GetEnvironmentVariable(name)
            ?? (File.Exists(settings) ? (string?)JsonNode.Parse(File.ReadAllText(settings))?["Values"]?[name] : null)
            ?? throw new LocalException($"{file} asks for the setting '{name}', which is not set.", $"Set the environment variable {name}, or put it into local.settings.json.");
    }
}
