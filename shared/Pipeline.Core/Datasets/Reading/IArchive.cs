namespace Pipeline.Core.Datasets.Reading;

/// <summary>The files of an archive, one after the other.</summary>
internal interface IArchive : IDisposable
{
    /// <summary>The current file's path inside the archive, with <c>/</c> between folders.</summary>
    string Name { get; }

    /// <summary>Goes to the next file; folders and links are passed over.</summary>
    /// <returns>False at the end.</returns>
    bool Next();

    /// <summary>Reads the current file's content from its beginning; may be called once.</summary>
    /// <param name="buffer">Is filled as far as the content goes.</param>
    /// <returns>The bytes read.</returns>
    int ReadContent(Span<byte> buffer);
}
