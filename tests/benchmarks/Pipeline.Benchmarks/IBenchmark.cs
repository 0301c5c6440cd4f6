namespace Pipeline.Benchmarks;

/// <summary>A measurement that prints ratios against a peer in the same run.</summary>
internal interface IBenchmark
{
    /// <summary>The word on the command line.</summary>
    string Name { get; }

    /// <summary>What it measures, in a line.</summary>
    string Description { get; }

    /// <summary>Measures and prints.</summary>
    /// <param name="arguments">What follows the name on the command line.</param>
    /// <returns>The exit code: 0, or 1 where it could not measure.</returns>
    Task<int> RunAsync(IReadOnlyList<string> arguments);
}
