using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using SharpFuzz;

namespace Pipeline.Fuzz;

/// <summary>Instruments the assemblies that are fuzzed, in the program's own folder: each branch then counts in <see cref="Coverage"/>.</summary>
internal static class Instrumentation
{
    private static readonly (string File, string[] Namespaces)[] Assemblies =
    [
        ("Pipeline.Core.dll", ["Pipeline.Core.Datasets.", "Pipeline.Core.Schemas.", "Pipeline.Core.Runs.Option", "Pipeline.Core.Runs.RunOptions"]),
        ("Parquet.dll", ["Parquet."]),
    ];

    /// <summary>Instruments what is not instrumented yet; a build puts the plain assemblies back.</summary>
    public static void Apply(string folder)
    {
        foreach (var (file, namespaces) in Assemblies)
        {
            var path = Path.Combine(folder, file);
            if (!IsInstrumented(path))
                Fuzzer.Instrument(path, type => namespaces.Any(n => type.StartsWith(n, StringComparison.Ordinal)), Options.Value);
        }
    }

    private static bool IsInstrumented(string path)
    {
        using var reader = new PEReader(File.OpenRead(path));
        var metadata = reader.GetMetadataReader();
        return metadata.AssemblyReferences.Any(r => metadata.GetString(metadata.GetAssemblyReference(r).Name) == "SharpFuzz.Common");
    }
}
