using System.Diagnostics;

namespace Pipeline.Benchmarks.Gpu;

/// <summary>
/// Runs this program once more with another libtorch, for example one for CUDA. TorchSharp loads what lies beside it, so the
/// program is copied into a folder in which links to the other library stand in place of ours.
/// </summary>
internal static class OtherLibtorch
{
    private static readonly string[] s_ours = ["libtorch", "libc10", "libgomp", "libshm", "libcaffe2", "libnnapi", "libaoti", "libbackend", "libjitbackend"];

    /// <summary>Runs and waits.</summary>
    /// <param name="library">The folder with <c>libtorch.so</c>, of the version that TorchSharp is made for (2.10).</param>
    /// <param name="arguments">Of the command line.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string library, IEnumerable<string> arguments)
    {
        if (!File.Exists(Path.Combine(library, "libtorch.so")))
        {
            Console.Error.WriteLine($"'{library}' has no libtorch.so; give the folder lib of an unpacked libtorch or of the Python package torch.");
            return 1;
        }

        var folder = Directory.CreateTempSubdirectory("pipeline-libtorch-");
        try
        {
            CopyProgram(AppContext.BaseDirectory, folder.FullName);
            foreach (var file in Directory.EnumerateFiles(library, "*.so*"))
                File.CreateSymbolicLink(Path.Combine(folder.FullName, Path.GetFileName(file)), file);
            var start = new ProcessStartInfo("dotnet", [Path.Combine(folder.FullName, "Pipeline.Benchmarks.dll"), .. arguments]);
            start.Environment["LD_LIBRARY_PATH"] = string.Join(':', library, Environment.GetEnvironmentVariable("LD_LIBRARY_PATH"));
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void CopyProgram(string source, string target)
    {
        foreach (var file in Directory.EnumerateFiles(source))
        {
            if (!s_ours.Any(name => Path.GetFileName(file).StartsWith(name, StringComparison.Ordinal)))
                File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }
    }
}
