namespace Pipeline.Local.Hosting;

/// <summary>The files of a local pipeline on disk.</summary>
/// <param name="Root">The folder, as a full path.</param>
internal sealed record StateFolder(string Root)
{
    /// <summary>What <c>up</c> uses in the current directory where <c>--data</c> is not given.</summary>
    public const string DefaultName = ".local";

    /// <summary>The storage emulator's data.</summary>
    public string Azurite => Path.Combine(Root, "azurite");

    /// <summary>What all parts say.</summary>
    public string Log => Path.Combine(Root, "logs", "local.log");

    /// <summary>Which uploads to a container have been delivered.</summary>
    public string Delivered(string container) => Path.Combine(Root, $"delivered-{container}.json");

    /// <summary>The broker's messages.</summary>
    public string Broker => Path.Combine(Root, "broker");

    /// <summary>The page of a run's validation report.</summary>
    public string Report(string runId) => Path.Combine(Root, "reports", $"{runId}.html");

    /// <summary>A folder as the user named it, made if it is not there.</summary>
    public static StateFolder At(string path)
    {
        var full = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(full);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalException($"The folder {full} cannot be made: {e.Message}", "Name another one with --data DIR.", e);
        }

        return new StateFolder(full);
    }

    /// <summary>An empty folder inside this one; what a former demo left in it is deleted.</summary>
    public StateFolder Fresh(string name)
    {
        var folder = Path.Combine(Root, name);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        return At(folder);
    }
}
