using System.Reflection;
using Pipeline.Local.Processes;

namespace Pipeline.Local.Azurite;

/// <summary>Azurite as an npm package: version and dependencies pinned by the lock file embedded in this program.</summary>
internal sealed class AzuritePackage(CacheFolder cache, PipelineLog log)
{
    /// <summary>The newest version that runs on Node.js 20. The lock file beside this file pins the same.</summary>
    public const string Version = "3.35.0";

    private static readonly string[] Flags = ["--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--no-update-notifier"];

    /// <summary>True where a former run has installed it.</summary>
    public bool IsInstalled => File.Exists(EntryPoint(Folder));

    private string Folder => cache.PathOf($"azurite-{Version}");

    /// <summary>Installs it if need be.</summary>
    /// <returns>The script to hand to <c>node</c>.</returns>
    public async Task<string> InstallAsync(CancellationToken cancellationToken)
    {
        await NodeRuntime.RequireAsync("runs the storage emulator Azurite", log, cancellationToken);
        if (!IsInstalled)
        {
            // Installed beside its place and moved there whole, so that a run that was cut short leaves nothing half.
            await cache.FillAsync(Folder, InstallIntoAsync, cancellationToken);
        }

        return EntryPoint(Folder);
    }

    private static string EntryPoint(string folder) => Path.Combine(folder, "node_modules/azurite/dist/src/blob/main.js");

    private async Task InstallIntoAsync(string folder, CancellationToken cancellationToken)
    {
        await ExtractAsync("package.json", folder, cancellationToken);
        await ExtractAsync("package-lock.json", folder, cancellationToken);
        await NodeRuntime.NpmAsync(["ci", .. Flags], folder, log, cancellationToken);
    }

    private static async Task ExtractAsync(string name, string folder, CancellationToken cancellationToken)
    {
        await using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream($"azurite/{name}")
            ?? throw new InvalidOperationException($"This build lacks the resource azurite/{name}.");
        await using var file = File.Create(Path.Combine(folder, name));
        await resource.CopyToAsync(file, cancellationToken);
    }
}
