using Pipeline.Core.Datasets.Rows;
using Pipeline.Core.Findings;

namespace Pipeline.Functions.Ingestion.Scan;

/// <summary>A part after the first pass: what is known of it, and its row table and sample of texts in temporary files.</summary>
internal sealed class ScannedPart(PartSummary summary, FileStream rows, FileStream sample) : IDisposable
{
    /// <summary>What is known of it.</summary>
    public PartSummary Summary => summary;

    /// <summary>The row table's file.</summary>
    public FileStream Rows => rows;

    /// <summary>Texts to learn a vocabulary from.</summary>
    public TextSample Sample { get; } = new(sample, summary.SampleHalvings);

    /// <summary>Adds the part's rows of a section.</summary>
    public void AddTo(RowSection section, int number, ReadOnlySpan<int> labelIds)
    {
        var bytes = new byte[summary.Sections[number]];
        rows.Position = summary.Sections.Take(number).Sum();
        rows.ReadExactly(bytes);
        section.Add(bytes, summary.Number, labelIds);
    }

    /// <summary>Where the rows' signatures are.</summary>
    /// <param name="place">The part's place in the dataset.</param>
    public SignatureFile Signatures(PartPlace place) => new(rows, summary.Sections.Sum(), place);

    /// <summary>Removes the files.</summary>
    public void Dispose()
    {
        rows.Dispose();
        Sample.Dispose();
    }
}
