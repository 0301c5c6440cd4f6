using System.Text;
using Pipeline.Core;

namespace Pipeline.Functions.Ingestion.Scan;

/// <summary>
/// Texts to learn a vocabulary from: a share of the dataset's texts, chosen by their hashes, so that a file which is
/// sorted by label is sampled evenly. The share is halved whenever there are too many.
/// </summary>
internal sealed class TextSample : IDisposable
{
    private readonly long _characters;
    private readonly FileStream _file;
    private readonly BinaryWriter _writer;
    private long _kept;

    /// <summary>An empty sample.</summary>
    /// <param name="characters">Characters it holds at most, about.</param>
    public TextSample(long characters) : this(ScratchFile.Create(), 0) => _characters = characters;

    /// <summary>Takes over a sample's file.</summary>
    /// <param name="file">What <see cref="OpenRead"/> gave.</param>
    /// <param name="halvings">The sample's share.</param>
    public TextSample(FileStream file, int halvings) =>
        (_file, _writer, Halvings) = (file, new BinaryWriter(file, Encoding.UTF8, leaveOpen: true), halvings);

    /// <summary>The share as a power of a half: 0 for all texts.</summary>
    public int Halvings { get; private set; }

    /// <summary>Offers a text.</summary>
    public void Add(ulong textHash, string text)
    {
        if (!IsIn(textHash, Halvings))
            return;
        if (_kept + text.Length > _characters && _kept > 0)
        {
            // What is in the file and no longer in the sample is passed over on reading.
            Halvings++;
            _kept /= 2;
            if (!IsIn(textHash, Halvings))
                return;
        }

        _writer.Write(textHash);
        _writer.Write(text);
        _kept += text.Length;
    }

    /// <summary>The texts.</summary>
    /// <param name="halvings">A smaller share than the sample's own, where other parts have one.</param>
    public IEnumerable<(ulong TextHash, string Text)> Read(int halvings)
    {
        using var reader = new BinaryReader(OpenRead(), Encoding.UTF8, leaveOpen: true);
        while (_file.Position < _file.Length)
        {
            var hash = reader.ReadUInt64();
            var text = reader.ReadString();
            if (IsIn(hash, Math.Max(halvings, Halvings)))
                yield return (hash, text);
        }
    }

    /// <summary>The file from its beginning.</summary>
    public FileStream OpenRead()
    {
        _file.Flush();
        _file.Position = 0;
        return _file;
    }

    /// <summary>Removes the file.</summary>
    public void Dispose() => _file.Dispose();

    // The low bits: the high ones choose the section of the row table and would favour texts.
    private static bool IsIn(ulong textHash, int halvings) => (textHash & ((1UL << halvings) - 1)) == 0;
}
