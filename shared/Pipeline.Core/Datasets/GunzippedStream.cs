using System.Buffers.Binary;
using System.IO.Compression;

namespace Pipeline.Core.Datasets;

/// <summary>Unpacks gzip and reports damage as a finding, also a file that was cut off, which the platform's reader takes for whole.</summary>
internal sealed class GunzippedStream : ReadOnlyStream
{
    private readonly PackedStream _packed;
    private readonly GZipStream _gzip;
    private uint _length;

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
            _length += (uint)read;
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
        if (_packed.Members <= 1 && _packed.Tail != _length)
            throw new InvalidDataException("The file is cut off.");
    }

    /// <summary>Passes the packed bytes through, keeps the last four and counts what looks like the beginning of a member.</summary>
    private sealed class PackedStream(Stream inner) : ReadOnlyStream
    {
        private static ReadOnlySpan<byte> Magic => [0x1F, 0x8B, 0x08];

        private readonly byte[] _last = new byte[4];

        public int Members { get; private set; }

        public uint Tail => BinaryPrimitives.ReadUInt32LittleEndian(_last);

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            var seen = (byte[])[.. _last, .. buffer.AsSpan(offset, read)];
            // Two of the bytes before are looked at again, for a beginning that lies across two reads.
            for (var rest = seen.AsSpan(2); rest.IndexOf(Magic) is >= 0 and var at; rest = rest[(at + 1)..])
                Members++;
            seen.AsSpan(seen.Length - 4).CopyTo(_last);
            return read;
        }
    }
}
