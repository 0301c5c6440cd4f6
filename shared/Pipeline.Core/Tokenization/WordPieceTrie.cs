using System.Numerics;

namespace Pipeline.Core.Tokenization;

/// <summary>The tokens of a vocabulary by their characters, to find the longest that a text begins with. Nodes and letters share one open-addressing table.</summary>
internal sealed class WordPieceTrie
{
    private const ulong Empty = ulong.MaxValue;
    private const int NoToken = -1;

    private readonly List<int> _tokenOf = [NoToken];
    private (ulong Edge, int Node)[] _edges = new (ulong, int)[1 << 12];
    private int _count;

    public WordPieceTrie() => Array.Fill(_edges, (Empty, 0));

    /// <summary>Adds a token.</summary>
    public void Add(string token, int id)
    {
        var node = 0;
        foreach (var rune in token.EnumerateRunes())
        {
            var edge = Edge(node, rune.Value);
            var at = Find(edge);
            if (_edges[at].Edge == Empty)
            {
                _tokenOf.Add(NoToken);
                _edges[at] = (edge, _tokenOf.Count - 1);
                node = _tokenOf.Count - 1;
                if (2 * ++_count > _edges.Length)
                    Grow();
            }
            else
            {
                node = _edges[at].Node;
            }
        }

        _tokenOf[node] = id;
    }

    /// <summary>The longest token at the start of a word.</summary>
    /// <param name="word">Code points.</param>
    /// <param name="id">Its id.</param>
    /// <returns>Its length in code points; 0 where there is none.</returns>
    public int LongestPrefix(ReadOnlySpan<int> word, out int id)
    {
        id = NoToken;
        var (node, longest) = (0, 0);
        for (var i = 0; i < word.Length; i++)
        {
            var at = Find(Edge(node, word[i]));
            if (_edges[at].Edge == Empty)
                break;
            node = _edges[at].Node;
            if (_tokenOf[node] == NoToken)
                continue;
            id = _tokenOf[node];
            longest = i + 1;
        }

        return longest;
    }

    private static ulong Edge(int node, int codePoint) => ((ulong)(uint)node << 21) | (uint)codePoint;

    private int Find(ulong edge)
    {
        var hash = (edge ^ edge >> 23) * 0x9E3779B97F4A7C15;
        var at = (int)(hash >> (64 - BitOperations.Log2((uint)_edges.Length)));
        while (_edges[at].Edge != Empty && _edges[at].Edge != edge)
            at = (at + 1) & (_edges.Length - 1);
        return at;
    }

    private void Grow()
    {
        var old = _edges;
        _edges = new (ulong, int)[2 * old.Length];
        Array.Fill(_edges, (Empty, 0));
        foreach (var entry in old)
        {
            if (entry.Edge != Empty)
                _edges[Find(entry.Edge)] = entry;
        }
    }
}
