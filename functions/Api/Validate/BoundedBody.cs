using Pipeline.Core;

namespace Pipeline.Functions.Api.Validate;

/// <summary>
/// A request's body up to a number of bytes. Kestrel's own limit closes the connection in the middle of the upload, and a proxy
/// in between then reports a broken connection; after this one the rest is drained, and the caller reads the answer.
/// </summary>
internal sealed class BoundedBody(Stream body, long limit, Func<Exception> tooLarge) : ReadOnlyStream
{
    private long _read;

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A request's body is read asynchronously.");

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        return (_read += read) <= limit ? read : throw tooLarge();
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
}
