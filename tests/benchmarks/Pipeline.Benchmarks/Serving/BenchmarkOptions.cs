using System.Globalization;

namespace Pipeline.Benchmarks.Serving;

/// <summary>What stands as <c>name=value</c> on the command line.</summary>
internal sealed class BenchmarkOptions
{
    private readonly Dictionary<string, string> _given;

    /// <exception cref="ArgumentException">There is no such name.</exception>
    public BenchmarkOptions(IReadOnlyList<string> arguments, params string[] known)
    {
        _given = arguments.Select(a => a.Split('=', 2)).ToDictionary(a => a[0], a => a[^1]);
        if (_given.Keys.Except(known).FirstOrDefault() is { } unknown)
            throw new ArgumentException($"There is no '{unknown}'; there are {string.Join(", ", known)}.", nameof(arguments));
    }

    public string Text(string name, string or) => _given.GetValueOrDefault(name, or);

    public int Number(string name, int or) => _given.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : or;

    public string[] List(string name, string or) => Text(name, or).Split(',');

    public int[] Numbers(string name, string or) => [.. List(name, or).Select(n => int.Parse(n, CultureInfo.InvariantCulture))];

    /// <summary>Batch and length, such as <c>8x128</c>.</summary>
    public (int Rows, int Length)[] Shapes(string name, string or) =>
        [.. List(name, or).Select(s => s.Split('x').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray()).Select(s => (s[0], s[1]))];
}
