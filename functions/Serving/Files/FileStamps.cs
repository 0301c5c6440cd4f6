using System.Globalization;
using Pipeline.Core.Models;

namespace Pipeline.Functions.Serving.Files;

/// <summary>
/// Remembers that the files of a folder had their manifest's hashes: it notes their lengths and the times at which they were written. As long as
/// these are the same the files need not be read again, which for a large model takes longer than the rest of the load.
/// </summary>
internal static class FileStamps
{
    private const string Suffix = ".verified";

    /// <summary>Whether the files are those that were noted, as far as lengths and times tell.</summary>
    /// <param name="folder">Their folder.</param>
    /// <param name="files">Files of the manifest by whose content the folder is named.</param>
    public static bool AreNoted(string folder, IReadOnlyList<ModelFile> files)
    {
        var notes = folder + Suffix;
        return File.Exists(notes) && File.ReadAllText(notes) == Describe(folder, files);
    }

    /// <summary>Whether files of the folder were ever noted.</summary>
    public static bool AreThere(string folder) => File.Exists(folder + Suffix);

    /// <summary>Notes files whose hashes were just checked.</summary>
    public static void Note(string folder, IReadOnlyList<ModelFile> files) => File.WriteAllText(folder + Suffix, Describe(folder, files));

    // A file that is not there has no length and the time 0 of its file system, which no note has.
    private static string Describe(string folder, IReadOnlyList<ModelFile> files) => string.Concat(files.Select(f => f.Path).Order(StringComparer.Ordinal).Select(path =>
    {
        var info = new FileInfo(Path.Combine(folder, path));
        return string.Create(CultureInfo.InvariantCulture, $"{path} {(info.Exists ? info.Length : -1)} {info.LastWriteTimeUtc.Ticks}\n");
    }));
}
