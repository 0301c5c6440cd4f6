namespace Pipeline.Tests;

/// <summary>The folder of reference data that some checkouts have beside them; the tests that need it are skipped where it is missing.</summary>
internal static class SharedFolder
{
    private static readonly string? Root = Find();

    /// <summary>The path of a file or folder in it, or a skipped test.</summary>
    public static string Path(string relative)
    {
        var path = Root is null ? null : System.IO.Path.Combine(Root, relative);
        if (path is null || !System.IO.Path.Exists(path))
            Assert.Skip($"The reference data 'shared/{relative}' is not on this machine.");
        return path;
    }

    // It lies beside the checkout, or beside a folder above it.
    private static string? Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var candidate = System.IO.Path.Combine(directory.FullName, "shared");
            if (File.Exists(System.IO.Path.Combine(candidate, "design.md")))
                return candidate;
        }

        return null;
    }
}
