using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Pipeline.Core.Runs;

namespace Pipeline.Core.Datasets;

/// <summary>
/// A dataset of several files in a folder of the container <c>datasets</c>: <c>{name}/train.csv</c>, <c>{name}/validation.csv</c>,
/// <c>{name}/test.csv</c>. The blob <c>{name}/_ready</c>, written last, starts it.
/// </summary>
public static partial class FolderDrop
{
    /// <summary>The file that says that the folder is whole.</summary>
    public const string Ready = "_ready";

    /// <summary>The file that names the labels, where rows have numbers.</summary>
    public const string LabelNames = "classes.txt";

    /// <summary>The file with the options; the one beside the folder is read where it is missing.</summary>
    public const string Options = "options.json";

    /// <summary>The folder of a blob, with its slash; null where the blob is in none.</summary>
    public static string? FolderOf(string blob) => blob.IndexOf('/', StringComparison.Ordinal) is > 0 and var end ? blob[..(end + 1)] : null;

    /// <summary>The split that a file is, by its name; null where it is none.</summary>
    /// <param name="file">The name in the folder, for example <c>train.csv</c> or <c>train-00000-of-00002.jsonl</c>.</param>
    public static Split? SplitOf(string file) => SplitName().Match(file).Groups[1].Value.ToLowerInvariant() switch
    {
        "train" => Split.Train,
        "validation" or "valid" or "val" or "dev" => Split.Validation,
        "test" => Split.Test,
        _ => null,
    };

    /// <summary>The folder as a dataset. Its ETag comes from the names and ETags of its files, so that the same files are the same run.</summary>
    /// <param name="folder">The folder, with its slash.</param>
    /// <param name="files">What lies in it; files that are no split are passed over.</param>
    public static DatasetReference Reference(string folder, IEnumerable<DatasetReference> files)
    {
        DatasetReference[] splits =
            [.. files.Where(f => SplitOf(f.Blob[folder.Length..]) is not null).OrderBy(f => SplitOf(f.Blob[folder.Length..])).ThenBy(f => f.Blob, StringComparer.Ordinal)];
        var versions = string.Concat(splits.Select(f => $"{f.Blob}\n{f.ETag}\n"));
        var etag = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(versions)))[..16];
        return new DatasetReference(folder, etag, splits.Sum(f => f.SizeBytes), splits);
    }

    /// <summary>How a file of a folder is written down.</summary>
    /// <exception cref="DatasetRejectedException">Its extension, or the folder's name, is none that the pipeline takes.</exception>
    public static DatasetFile Parse(string folder, string blob)
    {
        var name = blob[folder.Length..];
        var extensions = name[SplitName().Match(name).Groups[1].Length..];
        // The folder's name with the file's extension: checks both, and names the model after the folder.
        var dot = extensions.IndexOf('.', StringComparison.Ordinal);
        return DatasetFile.Parse(folder.TrimEnd('/') + (dot < 0 ? "" : extensions[dot..])) with { Blob = blob };
    }

    [GeneratedRegex(@"^(train|validation|valid|val|dev|test)(?=[-_.])", RegexOptions.IgnoreCase)]
    private static partial Regex SplitName();
}
