using System.Text.Json.Nodes;

namespace Pipeline.Local.FunctionsHost;

/// <summary>What <c>host.json</c> of the built app asks of the Functions host.</summary>
internal static class HostFile
{
    /// <summary>How many messages of a queue the host works on at once.</summary>
    /// <param name="appFolder">The folder with <c>host.json</c>.</param>
    /// <exception cref="LocalException">The file does not say.</exception>
    public static int MaxConcurrentCalls(string appFolder)
    {
        var file = Path.Combine(appFolder, "host.json");
        return (int?)JsonNode.Parse(File.ReadAllText(file))?["extensions"]?["serviceBus"]?["maxConcurrentCalls"]
            ?? throw new LocalException($"{file} has no extensions.serviceBus.maxConcurrentCalls.", "Build the solution again (dotnet build).");
    }
}
