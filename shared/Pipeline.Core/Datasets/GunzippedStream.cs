using System.Buffers.Binary;
using System.IO.Compression;
using Pipeline.Core.Datasets.Reading;

namespace Pipeline.Core.Datasets;

/// <summary>Unpacks gzip and reports damage as a finding, also a file that was cut off, which the platform's reader takes for whole.</summary>
internal sealed class GunzippedStream : ReadOnlyStream
{
    private readonly PackedStream _packed;
    private readonly GZipStream _gzip;
    private long _length;

    public GunzippedStream(Stream packed)
    {
        _packed = new PackedStream(packed);
        _gzip = new GZipStream(_packed, CompressionMode.Decompress);
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            var read = _gzip.Read(buffer, offset, count);
            _length += read;
            UnpackedSize.Check(_packed.Count, _length);
            if (read == 0 && count > 0)
                CheckEnd();
            return read;
        }
        catch (InvalidDataException e)
        {
            throw new DatasetRejectedException(FindingKind.DamagedGzip, e.Message, null, e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _gzip.Dispose();
        base.Dispose(disposing);
    }

    // RFC 1952: the last four bytes are the unpacked length modulo 2^32. With several members it is the last one's alone.
    private void CheckEnd()
    {
        if (_packed.Members <= 1 && _packed.Tail != (uint)_length)
            throw new InvalidDataException("The file is cut off.");
        if (_packed.HasMore())
            throw new InvalidDataException("There is more behind its end, which is no gzip.");
    }

    /// <summary>
    /// Passes the packed bytes through, keeps the last four and counts what looks like the beginning of a member. A read ends before one:
    /// the platform's reader ends in silence at whatever it cannot read behind a member, and what comes then is still here to be seen.
    /// </summary>
    private sealed class PackedStream(Stream inner) : ReadOnlyStream
    {
        private static ReadOnlySpan<byte> Magic => [0x1F, 0x8B, 0x08];

        private readonly byte[] _last = new byte[4];
        private readonly byte[] _buffer = new byte[1 << 14];
        private int _start;
        private int _end;

        public long Count { get; private set; }

        public int Members { get; private set; }

        public uint Tail => BinaryPrimitives.ReadUInt32LittleEndian(_last);

        public override int Read(byte[] buffer, int offset, int count)
        {
            var available = Available();
            if (available.IsEmpty)
                return 0;
            if (available.StartsWith(Magic))
                Members++;
            var next = available[1..].IndexOf(Magic);
            var read = Math.Min(count, next < 0 ? available.Length : next + 1);
            available[..read].CopyTo(buffer.AsSpan(offset));
            _start += read;
            Count += read;
            var seen = (ReadOnlySpan<byte>)[.. _last, .. available[..read]];
            seen[^4..].CopyTo(_last);
            return read;
        }

        public bool HasMore() => !Available().IsEmpty;

        // Three bytes at least, as far as there are: a beginning must not lie across two reads.
        private ReadOnlySpan<byte> Available()
        {
            if (_end - _start < Magic.Length)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
                _end += inner.ReadAtLeast(_buffer.AsSpan(_end), Magic.Length - _end, throwOnEndOfStream: false);
            }

            return _buffer.AsSpan(_start, _end - _start);
        }
    }
}
