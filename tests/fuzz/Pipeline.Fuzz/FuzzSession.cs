using System.Diagnostics;

namespace Pipeline.Fuzz;

/// <summary>Fuzzes targets one after the other, prints the figures and writes what was found.</summary>
internal static class FuzzSession
{
    private const string Folder = "fuzz-findings";

    /// <summary>Runs.</summary>
    /// <param name="targets">Names of targets.</param>
    /// <param name="inputs">Inputs for each.</param>
    /// <param name="seed">Another seed gives other inputs.</param>
    /// <param name="seconds">Time for each, after which it stops with fewer inputs.</param>
    /// <returns>The exit code: 0 where nothing was found.</returns>
    public static int Run(IEnumerable<string> targets, long inputs, int seed, double seconds)
    {
        var found = 0;
        Console.WriteLine($"{"target",-10} {"inputs",10} {"edges",7} {"corpus",7} {"inputs/s",9} {"findings",9}");
        foreach (var target in targets.Select(FuzzTargets.Of))
            found += Run(target, inputs, seed, seconds);
        return found == 0 ? 0 : 1;
    }

    /// <summary>Runs one input again and prints what is wrong with it.</summary>
    /// <returns>The exit code: 0 where nothing is.</returns>
    public static int Replay(string target, string file)
    {
        // The instrumented code counts somewhere.
        _ = new Coverage();
        var problem = InputLimits.Usual.Check(FuzzTargets.Of(target), File.ReadAllBytes(file));
        Console.WriteLine(problem ?? "Nothing is wrong.");
        return problem is null ? 0 : 1;
    }

    private static int Run(FuzzTarget target, long inputs, int seed, double longest)
    {
        using var watch = new HangWatch(Path.Combine(Folder, $"{target.Name}.hang"));
        var coverage = new Coverage();
        var loop = new FuzzLoop(target, coverage, seed);
        var began = Stopwatch.GetTimestamp();
        loop.Run(() => loop.Inputs < inputs && Stopwatch.GetElapsedTime(began).TotalSeconds < longest, watch.Begin);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Console.WriteLine($"{target.Name,-10} {loop.Inputs,10:N0} {coverage.Edges,7:N0} {loop.CorpusSize,7:N0} {loop.Inputs / seconds,9:N0} {loop.Findings.Count,9}");
        foreach (var (i, (problem, input)) in loop.Findings.Index())
        {
            Directory.CreateDirectory(Folder);
            var path = Path.Combine(Folder, $"{target.Name}-{i}.bin");
            File.WriteAllBytes(path, input);
            Console.WriteLine($"  {path}: {problem.ReplaceLineEndings("\n    ")}");
        }

        return loop.Findings.Count;
    }
}
