using System.Buffers;
using System.Text;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>Rows of an archive with a folder for each label and a file for each text. Folders named after splits above them give the split.</summary>
internal static class FolderRows
{
    private const int LongestFile = 4 * DatasetReader.LongestText;

    /// <summary>Reads the rows.</summary>
    public static IEnumerable<RawRow> Read(IArchive archive, ReadingOptions options, ReadingPlan plan, FindingLog findings)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(LongestFile + 1);
        try
        {
            foreach (var row in Read(archive, bytes, options, plan, findings))
                yield return row;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static IEnumerable<RawRow> Read(IArchive archive, byte[] bytes, ReadingOptions options, ReadingPlan plan, FindingLog findings)
    {
        var labels = new LabelReader(options, plan);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (archive.Next())
        {
            var name = archive.Name.Replace('\\', '/');
            if (ArchivePath.Parse(name) is not { } path)
                continue;
            if (path.Label is null || !path.IsText)
            {
                findings.Add(FindingKind.IgnoredFile, null, path.Label is null ? "in no label's folder" : "not a text", name);
                continue;
            }

            var read = archive.ReadContent(bytes.AsSpan(0, LongestFile + 1));
            if (seen.Count < 2)
                seen.Add(path.Label);
            if (read > LongestFile)
            {
                findings.Add(FindingKind.HugeText, 1, "", name);
                yield return RawRow.Unreadable(1);
            }
            else
            {
                yield return new RawRow(1, Text(bytes, read, options.Encoding, name), null, labels.Read(path.Label, 1), path.Split, name);
            }
        }

        if (seen.Count == 0)
            throw new DatasetRejectedException(FindingKind.NoLabelFolders, "No text lies in a folder.");
        if (seen.Count == 1)
            throw new DatasetRejectedException(FindingKind.NoLabelFolders, $"All texts lie in one folder, '{seen.Single()}'.");
    }

    private static string Text(byte[] bytes, int count, string? encoding, string file)
    {
        try
        {
            using var buffer = new Utf8Buffer(TextStart.Open(new MemoryStream(bytes, 0, count), encoding));
            buffer.Fill(int.MaxValue);
            return LineBreaks.Normalize(Encoding.UTF8.GetString(buffer.Available));
        }
        catch (DatasetRejectedException e)
        {
            throw new DatasetRejectedException(e.Kind, $"{file}: {e.Message}", e.Line, e);
        }
    }
}
