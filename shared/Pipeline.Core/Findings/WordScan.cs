namespace Pipeline.Core.Findings;

/// <summary>
/// The words of a text as hashes, in one pass over its characters. A word is a run of letters and digits, without regard to case;
/// in scripts that are written without spaces each letter is one. The buffers are used again for the next text.
/// </summary>
internal sealed class WordScan
{
    // Odd constants with well mixed bits.
    private const uint Seed = 0x9E3779B9;
    private const uint Factor = 0x85EBCA6B;

    private readonly int[] _scripts = new int[Enum.GetValues<Script>().Length];
    private uint[] _words = new uint[256];
    private int _count;

    /// <summary>The hashes of the words, in order.</summary>
    public ReadOnlySpan<uint> Words => _words.AsSpan(0, _count);

    /// <summary>Number of letters.</summary>
    public int Letters { get; private set; }

    /// <summary>Number of letters of each <see cref="Script"/>.</summary>
    public ReadOnlySpan<int> Scripts => _scripts;

    /// <summary>The hash of one word.</summary>
    public static uint Hash(string word)
    {
        var hash = Seed;
        foreach (var c in word)
            hash = Step(hash, CharacterTables.Lower[c]);
        return Mix(hash);
    }

    /// <summary>Takes a new text.</summary>
    public void Begin()
    {
        _count = 0;
        Letters = 0;
        Array.Clear(_scripts);
    }

    /// <summary>Scans a text, after those before it.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        var kinds = CharacterTables.Kinds;
        var lower = CharacterTables.Lower;
        var latin = 0;
        var hash = Seed;
        var open = false;
        foreach (var c in text)
        {
            var kind = kinds[c];
            if (kind == CharacterTables.Separator || kind == CharacterTables.Ideograph)
            {
                if (open)
                    Push(Mix(hash));
                open = false;
                hash = Seed;
                if (kind == CharacterTables.Ideograph)
                {
                    Push(Mix(Step(Seed, c)));
                    Count(c);
                }

                continue;
            }

            open = true;
            hash = Step(hash, lower[c]);
            if (c < 0x80)
                latin += kind & CharacterTables.Letter;
            else
                Count(c);
        }

        if (open)
            Push(Mix(hash));
        _scripts[(int)Script.Latin] += latin;
        Letters += latin;
    }

    private static uint Step(uint hash, char c) => (hash ^ c) * Factor;

    private static uint Mix(uint hash)
    {
        hash ^= hash >> 15;
        hash *= 0x2C1B3C6D;
        hash ^= hash >> 12;
        return hash;
    }

    private void Count(char c)
    {
        Letters++;
        _scripts[CharacterTables.Scripts[c]]++;
    }

    private void Push(uint word)
    {
        if (_count == _words.Length)
            Array.Resize(ref _words, _count * 2);
        _words[_count++] = word;
    }
}
