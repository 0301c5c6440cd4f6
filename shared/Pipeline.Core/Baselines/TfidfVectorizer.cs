using System.Runtime.InteropServices;

namespace Pipeline.Core.Baselines;

/// <summary>
/// TF-IDF over words and word pairs: (1 + ln count) × (ln((1 + n) / (1 + df)) + 1), scaled to length one.
/// The same as scikit-learn's <c>TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+")</c>.
/// </summary>
public sealed class TfidfVectorizer
{
    private readonly Dictionary<ulong, int> _index;
    private readonly float[] _idf;

    private TfidfVectorizer(Dictionary<ulong, int> index, float[] idf) => (_index, _idf) = (index, idf);

    /// <summary>Number of n-grams known.</summary>
    public int Features => _idf.Length;

    /// <summary>Learns the n-grams and their weights.</summary>
    /// <param name="texts">The training texts; read once.</param>
    /// <param name="minDocuments">N-grams in fewer texts are left out. Default 1: all are kept.</param>
    /// <param name="maxFeatures">
    /// Where more n-grams are left, <paramref name="minDocuments"/> is raised until there are no more. Those that stand in a single
    /// text count as one for that text, since <see cref="MergedColumns"/> makes one of them.
    /// </param>
    public static TfidfVectorizer Fit(IEnumerable<string> texts, int minDocuments = 1, int maxFeatures = int.MaxValue)
    {
        var documents = new Dictionary<ulong, int>();
        var counts = new Dictionary<ulong, int>();
        var total = 0;
        foreach (var text in texts)
        {
            total++;
            counts.Clear();
            WordNGrams.Count(text, counts);
            foreach (var gram in counts.Keys)
                CollectionsMarshal.GetValueRefOrAddDefault(documents, gram, out _)++;
        }

        while (Remaining(documents.Values, minDocuments, total) > maxFeatures)
            minDocuments++;
        var index = new Dictionary<ulong, int>();
        var idf = new List<float>();
        foreach (var (gram, frequency) in documents)
        {
            if (frequency < minDocuments)
                continue;
            index[gram] = idf.Count;
            idf.Add((float)(Math.Log((1.0 + total) / (1.0 + frequency)) + 1));
        }

        return new TfidfVectorizer(index, [.. idf]);
    }

    /// <summary>The vector of a text; empty where none of its n-grams is known.</summary>
    public SparseVector Transform(string text)
    {
        var counts = new Dictionary<ulong, int>();
        WordNGrams.Count(text, counts);
        var entries = new List<(int Index, float Value)>(counts.Count);
        foreach (var (gram, count) in counts)
        {
            if (_index.TryGetValue(gram, out var i))
                entries.Add((i, (1 + MathF.Log(count)) * _idf[i]));
        }

        entries.Sort((a, b) => a.Index.CompareTo(b.Index));
        var length = MathF.Sqrt(entries.Sum(e => e.Value * e.Value));
        return new SparseVector([.. entries.Select(e => e.Index)], [.. entries.Select(e => e.Value / length)]);
    }

    private static int Remaining(IReadOnlyCollection<int> frequencies, int minDocuments, int texts)
    {
        var frequent = frequencies.Count(f => f >= Math.Max(2, minDocuments));
        return minDocuments > 1 ? frequent : frequent + Math.Min(texts, frequencies.Count(f => f == 1));
    }
}
