using System.Text.Json;

namespace Pipeline.UnitTests.Functions;

/// <summary>The files that the Functions host reads, as the build lays them out.</summary>
internal static class FunctionFolders
{
    /// <summary>host.json.</summary>
    public static JsonElement Host => Read(Path.Combine(AppContext.BaseDirectory, "host.json"));

    /// <summary>Names of the functions: folders with a function.json.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.EnumerateDirectories(AppContext.BaseDirectory)
            .Where(d => File.Exists(Path.Combine(d, "function.json"))).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    /// <summary>A function's function.json.</summary>
    public static JsonElement Function(string name) => Read(Path.Combine(AppContext.BaseDirectory, name, "function.json"));

    /// <summary>A function's bindings.</summary>
    public static IReadOnlyList<JsonElement> Bindings(string name) => [.. Function(name).GetProperty("bindings").EnumerateArray()];

    /// <summary>The one binding that starts a function.</summary>
    public static JsonElement Trigger(string name) =>
        Bindings(name).Single(b => b.GetProperty("type").GetString()!.EndsWith("Trigger", StringComparison.Ordinal));

    private static JsonElement Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.Clone();
    }
}
