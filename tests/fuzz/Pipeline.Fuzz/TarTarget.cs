using System.Text;

namespace Pipeline.Fuzz;

/// <summary>Reads an input as a tar archive whose checksums are put right first: hardly a changed header would get past them.</summary>
internal static class TarTarget
{
    private const int Block = 512;

    /// <summary>Only where the first byte is odd does the input go in as it is.</summary>
    public static void Run(byte[] input)
    {
        var archive = (byte[])input.Clone();
        if (input is [var first, ..] && first % 2 == 0)
            PutRight(archive);
        ReaderTarget.Run("a.tar", archive);
    }

    private static void PutRight(byte[] archive)
    {
        for (long at = 0; at + Block <= archive.Length;)
        {
            var header = archive.AsSpan((int)at, Block);
            header[148..156].Fill((byte)' ');
            var sum = 0;
            foreach (var b in header)
                sum += b;
            Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", header[148..156]);
            at += Block + (Size(header.Slice(124, 11)) + Block - 1) / Block * Block;
        }
    }

    private static long Size(ReadOnlySpan<byte> octal)
    {
        long size = 0;
        foreach (var c in octal)
            size = c is >= (byte)'0' and <= (byte)'7' ? size * 8 + (c - '0') : size;
        return size;
    }
}
