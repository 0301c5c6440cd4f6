using System.Buffers;
using System.Security.Cryptography;

namespace Pipeline.Core.Models;

/// <summary>Brings a version's files onto this machine.</summary>
public static class ModelDownload
{
    private const int BufferBytes = 1 << 20;

    /// <summary>
    /// Downloads files into a folder that appears under its name only when all of them are there and have the manifest's
    /// hashes: they are written into a folder beside it, which is then renamed.
    /// </summary>
    /// <param name="store">Where the version is.</param>
    /// <param name="manifest">The version.</param>
    /// <param name="wanted">Which of its files are needed; null: all.</param>
    /// <param name="folder">The folder to make; it must not exist.</param>
    /// <param name="cancellationToken">Stops the download and removes what is there of it.</param>
    /// <exception cref="InvalidDataException">A file does not have the manifest's length or hash.</exception>
    public static async Task ToFolderAsync(
        ModelStore store, ModelManifest manifest, Func<ModelFile, bool>? wanted, string folder, CancellationToken cancellationToken = default)
    {
        var partial = Path.GetFullPath(folder) + ".partial-" + Guid.NewGuid().ToString("N");
        try
        {
            Directory.CreateDirectory(partial);
            foreach (var file in manifest.Files.Where(wanted ?? (_ => true)))
                await DownloadAsync(store, manifest, file, Inside(partial, file.Path), cancellationToken);
            Directory.Move(partial, folder);
        }
        catch
        {
            Directory.Delete(partial, recursive: true);
            throw;
        }
    }

    /// <summary>Whether a folder has files with the manifest's lengths and hashes; what else is there does not matter.</summary>
    /// <param name="folder">The folder, as <see cref="ToFolderAsync"/> makes it.</param>
    /// <param name="files">Files of a manifest.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<bool> IsInAsync(string folder, IReadOnlyList<ModelFile> files, CancellationToken cancellationToken = default)
    {
        folder = Path.GetFullPath(folder);
        // A file of another length need not be read.
        if (files.Any(f => new FileInfo(Inside(folder, f.Path)) is not { Exists: true } info || info.Length != f.SizeBytes))
            return false;
        var hashes = await Task.WhenAll(files.Select(f => Task.Run(() => Hash(Inside(folder, f.Path)), cancellationToken)));
        return files.Zip(hashes).All(f => f.First.Sha256 == f.Second);
    }

    private static string Hash(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static async Task DownloadAsync(ModelStore store, ModelManifest manifest, ModelFile file, string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var source = await store.OpenReadAsync(manifest, file, cancellationToken);
        await using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (int read; (read = await source.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                hash.AppendData(buffer, 0, read);
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var found = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (target.Length != file.SizeBytes || found != file.Sha256)
        {
            throw new InvalidDataException(
                $"'{file.Path}' of version '{manifest.Version}' of model '{manifest.ModelName}' has {target.Length} bytes with SHA-256 {found}; " +
                $"the manifest says {file.SizeBytes} bytes with {file.Sha256}. The version is damaged: publish it again.");
        }
    }

    // A manifest is data: a path in it must not lead out of the folder.
    private static string Inside(string folder, string relative)
    {
        var path = Path.GetFullPath(Path.Combine(folder, relative));
        return path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new InvalidDataException($"The manifest names the file '{relative}', which lies outside the version's folder.");
    }
}
