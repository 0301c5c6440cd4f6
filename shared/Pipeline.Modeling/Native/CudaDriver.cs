using System.Runtime.InteropServices;

namespace Pipeline.Modeling.Native;

/// <summary>A few calls of CUDA's driver, <c>cuda.h</c>. Each returns 0 where it succeeds.</summary>
internal static partial class CudaDriver
{
    private const string Library = "libcuda.so.1";

    [LibraryImport(Library, EntryPoint = "cuInit")]
    public static partial int Initialize(uint flags);

    [LibraryImport(Library, EntryPoint = "cuDeviceGet")]
    public static partial int GetDevice(out int device, int ordinal);

    /// <summary>Fills <paramref name="name"/> with UTF-8 that ends in a zero.</summary>
    [LibraryImport(Library, EntryPoint = "cuDeviceGetName")]
    public static partial int GetName([Out] byte[] name, int length, int device);

    /// <summary>One of the device's attributes, by its number in <c>CUdevice_attribute</c>.</summary>
    [LibraryImport(Library, EntryPoint = "cuDeviceGetAttribute")]
    public static partial int GetAttribute(out int value, int attribute, int device);

    /// <summary>Bytes of a device; needs no context.</summary>
    [LibraryImport(Library, EntryPoint = "cuDeviceTotalMem_v2")]
    public static partial int GetTotalMemory(out nuint bytes, int device);

    /// <summary>Bytes of the device that is current on this thread.</summary>
    [LibraryImport(Library, EntryPoint = "cuMemGetInfo_v2")]
    public static partial int GetMemory(out nuint free, out nuint total);
}
