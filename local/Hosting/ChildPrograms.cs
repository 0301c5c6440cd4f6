using System.Reflection;

namespace Pipeline.Local.Hosting;

/// <summary>Where the functions app and the trainer were built; the build writes it into this assembly.</summary>
internal static class ChildPrograms
{
    /// <summary>The functions app.</summary>
    public static string Functions => Find("FunctionsProgram", "functions");

    /// <summary>The trainer.</summary>
    public static string Trainer => Find("TrainerProgram", "trainer-job");

    /// <summary>The <c>dotnet</c> that runs this program, and therefore can run the others.</summary>
    public static string DotNet()
    {
        // {dotnet}/shared/Microsoft.NETCore.App/{version}/System.Private.CoreLib.dll
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../.."));
        var muxer = Path.Combine(root, "dotnet");
        return File.Exists(muxer) ? muxer : "dotnet";
    }

    private static string Find(string key, string project)
    {
        var path = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == key)?.Value;
        return File.Exists(path)
            ? path
            : throw new LocalException(
                $"The program of the project {project} is not where it was built: {path ?? "no path recorded"}.",
                $"Build it again: dotnet build {project}");
    }
}
