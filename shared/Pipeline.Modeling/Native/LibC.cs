using System.Runtime.InteropServices;

namespace Pipeline.Modeling.Native;

/// <summary>Two settings of the C library that .NET has no call for.</summary>
internal static partial class LibC
{
    public const int TrimThreshold = -1; // M_TRIM_THRESHOLD of malloc.h
    public const int MmapThreshold = -3; // M_MMAP_THRESHOLD

    /// <summary>.NET's own SetEnvironmentVariable does not reach native libraries.</summary>
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetEnvironmentVariable(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    public static partial int SetAllocatorOption(int option, int value);
}
