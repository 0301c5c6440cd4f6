using System.Globalization;
using Pipeline.Fuzz;

if (args is not [var name, .. var rest])
{
    Console.Error.WriteLine("dotnet run -c Release --project tests/fuzz/Pipeline.Fuzz -- TARGET[,TARGET]|all [INPUTS [SEED [SECONDS]]]");
    Console.Error.WriteLine("dotnet run -c Release --project tests/fuzz/Pipeline.Fuzz -- TARGET FILE      one input again");
    Console.Error.WriteLine($"  Targets: {string.Join(", ", FuzzTargets.Names)}. What is found is written into fuzz-findings/.");
    return 2;
}

// Before anything of the instrumented assemblies is loaded.
Instrumentation.Apply(AppContext.BaseDirectory);
if (rest.Length > 0 && File.Exists(rest[0]))
    return FuzzSession.Replay(name, rest[0]);
var inputs = rest.Length > 0 ? long.Parse(rest[0], CultureInfo.InvariantCulture) : 1_000_000;
var seed = rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : 1;
var seconds = rest.Length > 2 ? double.Parse(rest[2], CultureInfo.InvariantCulture) : double.PositiveInfinity;
return FuzzSession.Run(name == "all" ? FuzzTargets.Names : name.Split(','), inputs, seed, seconds);
