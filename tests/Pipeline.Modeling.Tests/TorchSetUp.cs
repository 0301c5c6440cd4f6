using System.Runtime.CompilerServices;

namespace Pipeline.Modeling.Tests;

internal static class TorchSetUp
{
    /// <summary>As every program does first: libtorch reads some settings when it is loaded.</summary>
    [ModuleInitializer]
    internal static void Initialize() => TorchRuntime.Initialize();
}
