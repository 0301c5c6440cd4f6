namespace Pipeline.Fuzz;

/// <summary>Fuzzes one target: changes inputs of the corpus, and adds those that go where none went before.</summary>
/// <param name="target">The target.</param>
/// <param name="coverage">Where the target's code counts its branches.</param>
/// <param name="seed">Decides all inputs, as far as the coverage is the same.</param>
internal sealed class FuzzLoop(FuzzTarget target, Coverage coverage, int seed)
{
    private readonly List<byte[]> _corpus = [.. target.Seeds()];
    private readonly Dictionary<string, byte[]> _findings = [];

    /// <summary>Inputs that were run.</summary>
    public long Inputs { get; private set; }

    /// <summary>Inputs that are kept to be changed further.</summary>
    public int CorpusSize => _corpus.Count;

    /// <summary>What went wrong, each with an input that shows it. Errors from the same place count as one.</summary>
    public IReadOnlyDictionary<string, byte[]> Findings => _findings;

    /// <summary>Runs inputs, the seeds first.</summary>
    /// <param name="goOn">Whether another one is to be run.</param>
    /// <param name="current">Sees each input before it is run, so that one that ends the process is known.</param>
    public void Run(Func<bool> goOn, Action<byte[]> current)
    {
        var mutator = new Mutator(new Random(seed), target.Words);
        foreach (var seedInput in _corpus.ToArray())
            Try(seedInput, current);
        while (goOn())
        {
            var input = mutator.Next(_corpus);
            if (Try(input, current))
                _corpus.Add(input);
        }
    }

    private bool Try(byte[] input, Action<byte[]> current)
    {
        current(input);
        coverage.Clear();
        Inputs++;
        if (InputLimits.Usual.Check(target, input) is { } problem)
            _findings.TryAdd(Place(problem), input);
        return coverage.Merge();
    }

    // The error without its figures, and the places it came through.
    private static string Place(string problem)
    {
        var lines = problem.Split('\n', StringSplitOptions.TrimEntries);
        var error = lines.Length > 1 ? string.Concat(lines[0].Where(c => !char.IsDigit(c))) : lines[0].Split(':')[0];
        return string.Join('\n', [error, .. lines.Skip(1).Take(6)]);
    }
}
