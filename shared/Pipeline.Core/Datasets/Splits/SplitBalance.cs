namespace Pipeline.Core.Datasets.Splits;

/// <summary>
/// Gives every label that has enough different texts one in each split that the rule fills. Takes texts one by one and
/// keeps a few of each label, so its memory depends on the labels and not on the rows.
/// </summary>
/// <param name="rule">Where texts go by themselves.</param>
public sealed class SplitBalance(SplitRule rule)
{
    private readonly Dictionary<int, LabelDraws> _labels = [];

    /// <summary>Takes a text in, once for each of its labels. Texts whose split is given have no say.</summary>
    /// <param name="label">The label's id.</param>
    /// <param name="textHash">The text.</param>
    public void Add(int label, ulong textHash)
    {
        if (!_labels.TryGetValue(label, out var draws))
            _labels.Add(label, draws = new LabelDraws(rule.Open.Count));
        draws.Add(IndexOf(rule.Of(textHash, null)), rule.Draw(textHash), textHash);
    }

    /// <summary>
    /// The texts to move. The rarest labels choose first; a text with several labels that a rarer one has moved stays there.
    /// </summary>
    public Dictionary<ulong, Split> Moves()
    {
        var moves = new Dictionary<ulong, Split>();
        foreach (var (_, draws) in _labels.OrderBy(l => l.Value.Count).ThenBy(l => l.Key))
        {
            foreach (var (hash, split) in draws.Moves())
                moves.TryAdd(hash, rule.Open[split]);
        }

        return moves;
    }

    private int IndexOf(Split split)
    {
        var i = 0;
        while (rule.Open[i] != split)
            i++;
        return i;
    }
}
