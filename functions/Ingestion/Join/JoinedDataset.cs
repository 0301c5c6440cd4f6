using Pipeline.Core.Datasets;
using Pipeline.Core.Datasets.Splits;

namespace Pipeline.Functions.Ingestion.Join;

/// <summary>A dataset after the join: says of every row where it goes and which label ids it has.</summary>
internal sealed class JoinedDataset(JoinSummary summary, MovedTexts moved) : IDisposable
{
    private readonly Dictionary<string, int> _ids = IdsOf(summary);

    /// <summary>What is known of it.</summary>
    public JoinSummary Summary => summary;

    /// <summary>The texts that are elsewhere than the rule puts them.</summary>
    public MovedTexts Moved => moved;

    /// <summary>The split of a text.</summary>
    public Split SplitOf(ulong textHash, Split? given) => moved.Find(textHash) ?? summary.Rule.Of(textHash, given);

    /// <summary>The label ids of a row, ascending.</summary>
    public int[] LabelIds(IReadOnlyList<string> labels)
    {
        var ids = new int[labels.Count];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = _ids[labels[i]];
        if (ids.Length < 2)
            return ids;
        Array.Sort(ids);
        return [.. ids.Distinct()];
    }

    /// <summary>Removes the temporary file.</summary>
    public void Dispose() => moved.Dispose();

    private static Dictionary<string, int> IdsOf(JoinSummary summary)
    {
        var ids = summary.Labels.Index().ToDictionary(l => l.Item, l => l.Index, StringComparer.Ordinal);
        foreach (var (spelling, label) in summary.MergedLabels)
            ids.Add(spelling, ids[label]);
        return ids;
    }
}
