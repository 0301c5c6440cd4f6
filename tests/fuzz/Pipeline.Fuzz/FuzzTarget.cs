using System.Text;

namespace Pipeline.Fuzz;

/// <summary>Something that is fuzzed.</summary>
/// <param name="Name">The word on the command line, and the folder of its seeds.</param>
/// <param name="Run">Takes an input; an exception that comes out is a finding.</param>
/// <param name="Words">Pieces that mean something in the format.</param>
internal sealed record FuzzTarget(string Name, Action<byte[]> Run, IReadOnlyList<byte[]> Words)
{
    /// <summary>A target whose pieces are texts.</summary>
    public FuzzTarget(string name, Action<byte[]> run, params string[] words)
        : this(name, run, [.. words.Select(Encoding.UTF8.GetBytes), .. Common])
    {
    }

    /// <summary>The inputs that the corpus begins with.</summary>
    public IReadOnlyList<byte[]> Seeds() =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Corpus", Name)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    private static IEnumerable<byte[]> Common =>
        [[0], [0xFF, 0xFE], [0xEF, 0xBB, 0xBF], [0xC3, 0xA9], [0xF0, 0x9F, 0x98, 0x80], [0xED, 0xA0, 0x80], "\r"u8.ToArray(), "\n"u8.ToArray(), "\r\n"u8.ToArray(), " "u8.ToArray()];
}
