namespace Pipeline.Core.Datasets.Reading;

/// <summary>Stops what unpacks to very much more than its size: text packs to a fifth, a bomb to a thousandth.</summary>
internal static class UnpackedSize
{
    private const long Harmless = 1L << 30;
    private const long LargestRatio = 200;

    /// <summary>Whether it is still believable.</summary>
    /// <exception cref="DatasetRejectedException">It is not.</exception>
    public static void Check(long packed, long unpacked)
    {
        if (unpacked > Harmless && unpacked / LargestRatio > packed)
            throw new DatasetRejectedException(FindingKind.UnsafeArchive, $"{packed} bytes unpack to more than {unpacked}.");
    }
}
