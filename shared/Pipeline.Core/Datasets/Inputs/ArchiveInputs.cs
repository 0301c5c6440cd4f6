using System.Text;
using Pipeline.Core.Datasets.Reading;

namespace Pipeline.Core.Datasets.Inputs;

/// <summary>Files of an archive, each a text; folders say nothing. A row carries its file's name.</summary>
internal static class ArchiveInputs
{
    // As many bytes as a text of the longest kind can have.
    private const int LongestFile = 4 * DatasetReader.LongestText;

    /// <summary>Reads the files.</summary>
    public static IEnumerable<InputRow> Read(IArchive archive, string? encoding, InputChecks checks)
    {
        using (archive)
        {
            var bytes = new byte[LongestFile + 1];
            long number = 0;
            while (archive.Next())
            {
                var name = archive.Name.Replace('\\', '/');
                if (ArchivePath.Parse(name) is { } path)
                    yield return Row(++number, path, name, archive, bytes, encoding, checks);
            }
        }
    }

    private static InputRow Row(long number, ArchivePath path, string name, IArchive archive, byte[] bytes, string? encoding, InputChecks checks)
    {
        var original = JsonInputs.Wrap("file"u8, JsonInputs.Quoted(name));
        if (!path.IsText)
            return InputChecks.Bad(number, 1, original, FindingKind.IgnoredFile.Id, $"'{name}' is not a text by its extension.");
        var read = archive.ReadContent(bytes);
        if (read > LongestFile)
            return InputChecks.TooLong(number, 1, original);
        try
        {
            using var buffer = new Utf8Buffer(TextStart.Open(new MemoryStream(bytes, 0, read), encoding));
            buffer.Fill(int.MaxValue);
            return checks.Row(number, 1, original, LineBreaks.Normalize(Encoding.UTF8.GetString(buffer.Available)), null);
        }
        catch (DatasetRejectedException e)
        {
            // The file alone cannot be read; those after it can.
            return InputChecks.Bad(number, 1, original, e.Kind.Id, $"'{name}': {e.Message}");
        }
    }
}
