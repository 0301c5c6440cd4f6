using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Pipeline.Core.Findings;

/// <summary>Hash of a row's labels, the same for the same labels in any order.</summary>
internal static class LabelHash
{
    /// <summary>The sum of the labels' XXH3 hashes.</summary>
    public static ulong Of(IReadOnlyList<string> labels)
    {
        ulong hash = 0;
        for (var i = 0; i < labels.Count; i++)
            hash += XxHash3.HashToUInt64(MemoryMarshal.AsBytes<char>(labels[i]));
        return hash;
    }
}
