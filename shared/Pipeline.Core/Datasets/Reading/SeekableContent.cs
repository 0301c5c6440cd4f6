namespace Pipeline.Core.Datasets.Reading;

/// <summary>Content that can be read at any place: a stream in memory as it is, any other as a temporary copy, so that only local errors can come of it.</summary>
internal sealed class SeekableContent : IDisposable
{
    private readonly FileStream? _copy;

    private SeekableContent(Stream content)
    {
        if (content is MemoryStream or FileStream)
        {
            Stream = content;
            return;
        }

        Stream = _copy = ScratchFile.Create();
        try
        {
            content.CopyTo(_copy);
            _copy.Position = 0;
        }
        catch
        {
            _copy.Dispose();
            throw;
        }
    }

    /// <summary>The content.</summary>
    public Stream Stream { get; }

    /// <summary>Copies what cannot be read at any place.</summary>
    public static SeekableContent Of(Stream content) => new(content);

    /// <summary>Removes the copy.</summary>
    public void Dispose() => _copy?.Dispose();
}
