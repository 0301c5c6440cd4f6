using System.Runtime.InteropServices;
using Pipeline.Local.Processes;

namespace Pipeline.Local.Azurite;

/// <summary>Decides how the storage emulator is run here, and prepares it.</summary>
internal sealed partial class AzuriteLauncher(DockerEngine docker, AzuritePackage package)
{
    private const string Image = $"mcr.microsoft.com/azure-storage/azurite:{AzuritePackage.Version}";

    // Newer SDKs speak newer versions of the storage API than any emulator; telemetry needs an internet.
    private static readonly string[] Flags = ["--skipApiVersionCheck", "--disableTelemetry", "--silent"];

    /// <summary>What to start so that the blob service listens on the port and keeps its data in the folder.</summary>
    /// <exception cref="LocalException">Neither way works here.</exception>
    public async Task<ProcessSpec> PrepareAsync(AzuriteSource source, int port, string dataFolder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(dataFolder);
        if (source is not AzuriteSource.Npm && await ImageIsThereAsync(source, cancellationToken))
            return Container(port, dataFolder);
        if (source is AzuriteSource.Docker)
            throw new LocalException(
                $"The Docker image {Image} cannot be had: no engine runs, or the image cannot be pulled.",
                "Start the Docker engine, or leave out --azurite docker to run Azurite from its npm package.");
        return new ProcessSpec
        {
            Name = "azurite",
            FileName = "node",
            Arguments = [await package.InstallAsync(cancellationToken), "--blobHost", "127.0.0.1", "--blobPort", $"{port}", "--location", dataFolder, .. Flags],
        };
    }

    private async Task<bool> ImageIsThereAsync(AzuriteSource source, CancellationToken cancellationToken)
    {
        if (!await docker.IsRunningAsync(cancellationToken))
            return false;
        if (await docker.HasImageAsync(Image, cancellationToken))
            return true;
        // What is installed already starts at once and works without a network; pulling may take minutes.
        if (source is AzuriteSource.Auto && package.IsInstalled)
            return false;
        return await docker.PullAsync(Image, cancellationToken);
    }

    private static ProcessSpec Container(int port, string dataFolder) => new()
    {
        Name = "azurite",
        FileName = "docker",
        Arguments =
        [
            // As the user, or the state folder would fill with files of root.
            "run", "--rm", "--init", "--user", $"{UserId()}:{GroupId()}",
            "-p", $"127.0.0.1:{port}:10000", "-v", $"{dataFolder}:/data",
            Image, "azurite-blob", "--blobHost", "0.0.0.0", "--location", "/data", .. Flags,
        ],
    };

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint UserId();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint GroupId();
}
