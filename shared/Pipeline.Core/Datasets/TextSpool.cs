using System.Text;

namespace Pipeline.Core.Datasets;

/// <summary>The texts of the rows that are kept, in a temporary file that goes when this is disposed. A later pass reads them again.</summary>
public sealed class TextSpool : IDisposable
{
    private readonly FileStream _file = new(
        Path.Combine(Path.GetTempPath(), $"ingest-{Guid.NewGuid():N}.spool"),
        FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);

    private readonly BinaryWriter _writer;

    /// <summary>An empty spool in the system's temporary folder.</summary>
    public TextSpool() => _writer = new BinaryWriter(_file, Encoding.UTF8, leaveOpen: true);

    /// <summary>Appends a row.</summary>
    /// <param name="number">Number of the row in the dataset.</param>
    /// <param name="text">Its text.</param>
    public void Add(long number, string text)
    {
        _writer.Write(number);
        _writer.Write(text);
    }

    /// <summary>All rows, in the order they were added.</summary>
    public IEnumerable<(long Number, string Text)> Read()
    {
        _writer.Flush();
        _file.Position = 0;
        using var reader = new BinaryReader(_file, Encoding.UTF8, leaveOpen: true);
        while (_file.Position < _file.Length)
            yield return (reader.ReadInt64(), reader.ReadString());
    }

    /// <summary>Removes the file.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        _file.Dispose();
    }
}
