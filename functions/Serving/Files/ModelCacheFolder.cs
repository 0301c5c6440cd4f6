using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Pipeline.Core.Models;

namespace Pipeline.Functions.Serving.Files;

/// <summary>
/// The files of versions on this machine, one folder a version. They outlive the process, so that the next one starts without a download;
/// processes may share them. Of each model the version that was loaded last is kept; what was not loaded for a week goes.
/// </summary>
/// <remarks>
/// Beside a folder lie two locks: <c>.fill</c>, which one process has while it looks at the folder or fills it, and <c>.use</c>, which all
/// share that have the version in memory. A folder is deleted by who has both; the locks stay for a week
/// longer, since a lock that is deleted while another waits for it locks nothing. A third file, <c>.verified</c>, is <see cref="FileStamps"/>' note.
/// </remarks>
internal sealed class ModelCacheFolder
{
    private const string Fill = ".fill", Use = ".use";
    private const int NameHashLength = 32;

    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    private readonly ModelStore _store;
    private readonly ILogger<ModelCacheFolder> _logger;
    private readonly string _root;
    private readonly ConcurrentDictionary<string, string> _newest = new(); // of each model, the folder that was loaded last

    /// <summary>Makes the folder, and removes from it what nobody has loaded for a week.</summary>
    public ModelCacheFolder(ModelStore store, IOptions<ServingOptions> options, TimeProvider time, ILogger<ModelCacheFolder> logger)
    {
        (_store, _logger) = (store, logger);
        _root = Directory.CreateDirectory(options.Value.CacheFolder).FullName;
        var old = time.GetUtcNow() - KeptFor;
        foreach (var folder in Directory.EnumerateDirectories(_root).Where(f => LastUse(f) < old))
            Delete(folder);
        foreach (var file in Directory.EnumerateFiles(_root).Where(f => !Directory.Exists(Path.ChangeExtension(f, null)) && File.GetLastWriteTimeUtc(f) < old))
            File.Delete(file);
    }

    /// <summary>Brings a version's files here, unless they are here already with the manifest's hashes.</summary>
    /// <param name="manifest">The version.</param>
    /// <param name="files">Those of its files that are needed.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    /// <exception cref="InvalidDataException">What was downloaded does not have the manifest's hashes.</exception>
    public async Task<HeldFiles> HoldAsync(ModelManifest manifest, IReadOnlyList<ModelFile> files, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(_root, Name(manifest, files));
        using (await FileLock.TakeAsync(folder + Fill, cancellationToken))
        {
            var isThere = await IsWholeAsync(folder, files, cancellationToken);
            if (!isThere)
                await DownloadAsync(manifest, files, folder, cancellationToken);
            // Nobody has it alone: who does has the other lock too.
            var use = FileLock.TryShare(folder + Use) ?? throw new IOException($"'{folder}{Use}' is locked by a program that is none of ours.");
            File.SetLastWriteTimeUtc(folder + Use, DateTime.UtcNow);
            _newest[manifest.ModelName] = folder;
            return new HeldFiles(folder, isThere, () => Release(manifest.ModelName, folder, use));
        }
    }

    /// <summary>The models whose files are here, the one that was loaded last first, with the bytes of their files.</summary>
    public IReadOnlyList<(string Model, long Bytes)> Kept() =>
    [
        .. Folders(_root)
            .DistinctBy(f => f.Model)
            .Select(f => (f.Model, new DirectoryInfo(f.Folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length))),
    ];

    /// <summary>The folder of the version that was loaded last, if its files were checked when they came.</summary>
    /// <param name="root">As <see cref="ServingOptions.CacheFolder"/>; it need not exist.</param>
    public static string? LastLoaded(string root) =>
        Directory.Exists(root) ? Folders(Path.GetFullPath(root)).Select(f => f.Folder).FirstOrDefault(FileStamps.AreThere) : null;

    /// <summary>Deletes a model's files but those that were loaded last, unless somebody uses them.</summary>
    public void DeleteOthers(string modelName)
    {
        // Not the folders of downloads that are under way, whose names go on.
        var length = modelName.Length + 1 + NameHashLength;
        var newest = _newest.GetValueOrDefault(modelName);
        foreach (var folder in Directory.EnumerateDirectories(_root, modelName + ".*").Where(f => f != newest && Path.GetFileName(f).Length == length))
            Delete(folder);
    }

    // The one that was loaded last first; not those of downloads that are under way.
    private static IEnumerable<(string Folder, string Model)> Folders(string root) =>
        from folder in Directory.GetDirectories(root)
        let name = Path.GetFileName(folder).Split('.')
        where name is [_, { Length: NameHashLength }]
        orderby LastUse(folder) descending
        select (folder, name[0]);

    private async Task<bool> IsWholeAsync(string folder, IReadOnlyList<ModelFile> files, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
            return false;
        if (FileStamps.AreNoted(folder, files))
            return true;
        if (await ModelDownload.IsInAsync(folder, files, cancellationToken))
        {
            FileStamps.Note(folder, files);
            return true;
        }

        _logger.LogWarning("The files in {Folder} are not those of the manifest; they are downloaded again", folder);
        return false;
    }

    private async Task DownloadAsync(ModelManifest manifest, IReadOnlyList<ModelFile> files, string folder, CancellationToken cancellationToken)
    {
        // Here too is what a killed process had of a download.
        foreach (var left in Directory.EnumerateDirectories(_root, Path.GetFileName(folder) + "*"))
            Directory.Delete(left, recursive: true);
        await ModelDownload.ToFolderAsync(_store, manifest, files.Contains, folder, cancellationToken);
        FileStamps.Note(folder, files);
    }

    private void Release(string modelName, string folder, IDisposable use)
    {
        use.Dispose();
        if (_newest.GetValueOrDefault(modelName) != folder)
            Delete(folder);
    }

    // A failure is logged: nothing depends on it.
    private void Delete(string folder)
    {
        try
        {
            using var fill = FileLock.TryTake(folder + Fill);
            using var use = fill is null ? null : FileLock.TryTake(folder + Use);
            if (use is null)
                return;
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning(e, "Cannot delete {Folder}", folder);
        }
    }

    private static DateTime LastUse(string folder) => File.Exists(folder + Use) ? File.GetLastWriteTimeUtc(folder + Use) : Directory.GetLastWriteTimeUtc(folder);

    // A model's name has no dot. The same content has the same name, and other content another.
    private static string Name(ModelManifest manifest, IReadOnlyList<ModelFile> files)
    {
        var content = string.Join('\n', files.Select(f => $"{f.Path} {f.Sha256}").Order(StringComparer.Ordinal).Prepend(manifest.Version));
        return $"{manifest.ModelName}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..NameHashLength]}";
    }
}
