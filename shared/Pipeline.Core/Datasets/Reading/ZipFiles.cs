using System.IO.Compression;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>The files of a zip archive.</summary>
internal sealed class ZipFiles : IArchive
{
    private readonly Stream _content;
    private readonly ZipArchive _zip;
    private IEnumerator<ZipArchiveEntry>? _entries;
    private long _unpacked;

    /// <summary>Opens an archive.</summary>
    /// <param name="content">Can be read at any place; stays its owner's.</param>
    /// <exception cref="DatasetRejectedException">It is no zip archive.</exception>
    public ZipFiles(Stream content)
    {
        _content = content;
        _zip = Guard(() => new ZipArchive(content, ZipArchiveMode.Read, leaveOpen: true));
    }

    /// <inheritdoc/>
    public string Name => _entries!.Current.FullName;

    /// <inheritdoc/>
    public bool Next() => Guard(() =>
    {
        _entries ??= _zip.Entries.GetEnumerator();
        while (_entries.MoveNext())
        {
            // A folder has an empty name.
            if (_entries.Current.Name.Length > 0)
                return true;
        }

        return false;
    });

    /// <inheritdoc/>
    public int ReadContent(Span<byte> buffer)
    {
        var entry = _entries!.Current;
        if (entry.IsEncrypted)
            throw new DatasetRejectedException(FindingKind.DamagedArchive, $"'{entry.FullName}' is encrypted.");
        try
        {
            using var content = entry.Open();
            var read = content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            _unpacked += read;
            UnpackedSize.Check(_content.Length, _unpacked);
            return read;
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Damaged(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _zip.Dispose();

    private static T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Damaged(e);
        }
    }

    // The content is in memory or a local file, so what goes wrong is the archive's fault.
    private static bool IsDamage(Exception e) =>
        e is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException or IOException;

    private static DatasetRejectedException Damaged(Exception e) => new(FindingKind.DamagedArchive, e.Message, null, e);
}
