using System.Text;
using Pipeline.Modeling.Native;

namespace Pipeline.Modeling;

/// <summary>What the CUDA driver says of the first device. TorchSharp does not pass it on.</summary>
public static class CudaDevice
{
    private static readonly Lazy<string?> s_name = new(() => Ask(FindName));

    /// <summary>The device's name, for example <c>NVIDIA H100 80GB HBM3</c>; null where there is no device or no driver.</summary>
    public static string? Name => s_name.Value;

    /// <summary>
    /// Memory in use on the device, by whatever process (bytes); null where there is none, or on a thread that has not used it yet.
    /// Does not wait for the device.
    /// </summary>
    public static long? MemoryInUse => Name is null ? null : Ask(FindMemoryInUse);

    /// <summary>Its memory (bytes), in use or not; null where there is no device or no driver.</summary>
    public static long? TotalMemory { get; } = Ask(FindTotalMemory);

    /// <summary>Its compute capability, for example 7.5 of a T4; null where there is no device or no driver.</summary>
    public static Version? Capability { get; } = Ask(FindCapability);

    private static Version? FindCapability()
    {
        const int major = 75, minor = 76; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR
        if (CudaDriver.Initialize(0) != 0 || CudaDriver.GetDevice(out var device, 0) != 0)
            return null;
        return CudaDriver.GetAttribute(out var first, major, device) == 0 && CudaDriver.GetAttribute(out var second, minor, device) == 0 ? new Version(first, second) : null;
    }

    private static string? FindName()
    {
        var name = new byte[256];
        if (CudaDriver.Initialize(0) != 0 || CudaDriver.GetDevice(out var device, 0) != 0 || CudaDriver.GetName(name, name.Length, device) != 0)
            return null;
        return Encoding.UTF8.GetString(name.AsSpan(0, name.AsSpan().IndexOf((byte)0)));
    }

    private static long? FindTotalMemory()
    {
        if (CudaDriver.Initialize(0) != 0 || CudaDriver.GetDevice(out var device, 0) != 0)
            return null;
        return CudaDriver.GetTotalMemory(out var bytes, device) == 0 ? (long)bytes : null;
    }

    private static long? FindMemoryInUse() => CudaDriver.GetMemory(out var free, out var total) == 0 ? (long)(total - free) : null;

    private static T? Ask<T>(Func<T?> question)
    {
        try
        {
            return question();
        }
        catch (DllNotFoundException)
        {
            return default; // no driver, so no device
        }
    }
}
