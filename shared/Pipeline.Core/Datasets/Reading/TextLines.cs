namespace Pipeline.Core.Datasets.Reading;

/// <summary>Lines of a text, without their breaks. Empty ones are passed over.</summary>
internal sealed class TextLines(Utf8Buffer buffer)
{
    private int _length;

    /// <summary>The number of the current line, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Whether the current line is too long to be held; its rest is passed over.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The current line; gone after the next call of <see cref="Read"/>.</summary>
    public ReadOnlySpan<byte> Current => buffer.Available[.._length];

    /// <summary>Goes to the next line.</summary>
    /// <returns>False at the end.</returns>
    public bool Read()
    {
        buffer.Consume(_length, 0);
        if (IsCut)
            buffer.SkipLine();
        _length = 0;
        IsCut = false;
        buffer.SkipLineBreaks();
        if (buffer.Available.IsEmpty)
            return false;
        Line = buffer.Line;
        var searched = 0;
        while (true)
        {
            var end = LineBreaks.IndexOf(buffer.Available[searched..]);
            if (end >= 0)
            {
                _length = searched + end;
                return true;
            }

            searched = buffer.Available.Length;
            if (searched > Utf8Buffer.LongestRecord)
            {
                (IsCut, _length) = (true, searched);
                return true;
            }

            if (!buffer.More())
            {
                _length = searched;
                return true;
            }
        }
    }
}
