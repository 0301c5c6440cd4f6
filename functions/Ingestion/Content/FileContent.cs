using Microsoft.Win32.SafeHandles;
using Pipeline.Core;
using Pipeline.Functions.Ingestion.Parts;

namespace Pipeline.Functions.Ingestion.Content;

/// <summary>A dataset of one file that lies in a temporary file here.</summary>
internal sealed class FileContent : IDatasetContent, IDisposable
{
    private readonly FileStream _file = ScratchFile.Create();

    /// <summary>Bytes of the file.</summary>
    public long Length => _file.Length;

    /// <summary>Copies a dataset here, so that it can be read twice.</summary>
    public static async Task<FileContent> CopyAsync(Stream content, CancellationToken cancellationToken)
    {
        var copy = new FileContent();
        try
        {
            await content.CopyToAsync(copy._file, cancellationToken);
            await copy._file.FlushAsync(cancellationToken);
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(DatasetPart part, CancellationToken cancellationToken) =>
        Task.FromResult<Stream>(new Range(_file.SafeFileHandle, part.Offset, part.Length is { } length ? part.Offset + length : _file.Length));

    /// <summary>The whole file, to be read forward.</summary>
    public Stream Open() => new Range(_file.SafeFileHandle, 0, _file.Length);

    /// <summary>Removes the file.</summary>
    public void Dispose() => _file.Dispose();

    private sealed class Range(SafeFileHandle file, long start, long end) : ReadOnlyStream
    {
        private long _position = start;

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = RandomAccess.Read(file, buffer.AsSpan(offset, (int)Math.Min(count, end - _position)), _position);
            _position += read;
            return read;
        }
    }
}
