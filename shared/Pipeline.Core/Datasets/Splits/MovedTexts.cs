using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Pipeline.Core.Datasets.Splits;

/// <summary>A text that is elsewhere than the rule puts it.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct MovedText(ulong TextHash, ulong SplitNumber)
{
    /// <summary>Bytes of a text in a file.</summary>
    public const int Size = 16;

    /// <summary>Where the text is.</summary>
    public Split Split => (Split)SplitNumber;
}

/// <summary>
/// The texts that are elsewhere than the rule puts them, in a temporary file sorted by hash. A dataset whose given splits
/// overlap may have millions; they are looked up in the file and not held in memory.
/// </summary>
public sealed class MovedTexts : IDisposable
{
    private readonly FileStream _file;
    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;

    /// <summary>Takes over a file of sorted <see cref="MovedText"/>.</summary>
    public MovedTexts(FileStream file)
    {
        _file = file;
        Count = file.Length / MovedText.Size;
        if (Count == 0)
            return;
        _map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
    }

    /// <summary>How many there are.</summary>
    public long Count { get; }

    /// <summary>The file, to be copied elsewhere.</summary>
    public Stream OpenRead()
    {
        _file.Position = 0;
        return _file;
    }

    /// <summary>Where a text is; null where the rule has put it.</summary>
    public Split? Find(ulong textHash)
    {
        long low = 0, high = Count - 1;
        while (low <= high)
        {
            var middle = low + (high - low) / 2;
            _view!.Read(middle * MovedText.Size, out MovedText text);
            if (text.TextHash == textHash)
                return text.Split;
            if (text.TextHash < textHash)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return null;
    }

    /// <summary>Removes the file.</summary>
    public void Dispose()
    {
        _view?.Dispose();
        _map?.Dispose();
        _file.Dispose();
    }
}
