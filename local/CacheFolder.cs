namespace Pipeline.Local;

/// <summary>Where downloads are kept between runs: <c>$XDG_CACHE_HOME/pipeline-local</c>, by default <c>~/.cache/pipeline-local</c>.</summary>
internal sealed class CacheFolder(string root)
{
    /// <summary>The user's cache folder.</summary>
    public static CacheFolder Default()
    {
        var home = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(home))
            home = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return new CacheFolder(Path.Combine(home, "pipeline-local"));
    }

    /// <summary>The path of an entry.</summary>
    public string PathOf(string entry) => Path.Combine(root, entry);

    /// <summary>Makes a folder appear whole or not at all, also when two programs make it at once.</summary>
    /// <param name="folder">The folder to make.</param>
    /// <param name="fill">Fills the empty folder it is given.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task FillAsync(string folder, Func<string, CancellationToken, Task> fill, CancellationToken cancellationToken)
    {
        var draft = Path.Combine(root, $".draft-{Guid.NewGuid():N}");
        Directory.CreateDirectory(draft);
        try
        {
            await fill(draft, cancellationToken);
            try
            {
                Directory.Move(draft, folder);
            }
            catch (IOException) when (Directory.Exists(folder))
            {
                // Another program was faster with the same content.
            }
        }
        finally
        {
            if (Directory.Exists(draft))
                Directory.Delete(draft, recursive: true);
        }
    }
}
