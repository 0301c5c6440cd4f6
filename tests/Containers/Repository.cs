namespace Pipeline.Tests.Containers;

/// <summary>Finds files of the checkout from a test program's output folder.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The full path of a file or folder named from the root.</summary>
    public static string PathOf(string relative) => Path.Combine(Root, relative);

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Pipeline.sln")))
                return directory.FullName;
        }

        throw new DirectoryNotFoundException($"No Pipeline.sln in any folder above {AppContext.BaseDirectory}: run the tests from a checkout.");
    }
}
