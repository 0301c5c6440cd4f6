namespace Pipeline.Core.Tokenization;

/// <summary>
/// GPT-2's one-to-one map from the 256 bytes to printable characters, in which its vocabulary files are written
/// (<c>bytes_to_unicode</c> of openai/gpt-2's <c>encoder.py</c>): a space is <c>Ġ</c>, a line feed is <c>Ċ</c>.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Chars = CreateChars();
    private static readonly short[] Bytes = CreateBytes();

    /// <summary>The character that stands for a byte.</summary>
    public static char ToChar(byte value) => Chars[value];

    /// <summary>The characters that stand for some bytes.</summary>
    public static string ToToken(ReadOnlySpan<byte> bytes)
    {
        var token = new char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
            token[i] = Chars[bytes[i]];
        return new string(token);
    }

    /// <summary>The bytes of a vocabulary entry.</summary>
    /// <returns>False if a character stands for no byte.</returns>
    public static bool TryToBytes(string token, out byte[] bytes)
    {
        bytes = new byte[token.Length];
        for (var i = 0; i < token.Length; i++)
        {
            if (token[i] >= Bytes.Length || Bytes[token[i]] < 0)
                return false;
            bytes[i] = (byte)Bytes[token[i]];
        }

        return true;
    }

    private static char[] CreateChars()
    {
        var chars = new char[256];
        var next = 256;
        for (var b = 0; b < 256; b++)
        {
            var printable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            chars[b] = printable ? (char)b : (char)next++;
        }

        return chars;
    }

    private static short[] CreateBytes()
    {
        var bytes = new short[Chars.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (var b = 0; b < 256; b++)
            bytes[Chars[b]] = (short)b;
        return bytes;
    }
}
