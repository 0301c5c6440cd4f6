using System.Text;
using Pipeline.Core.Datasets;

namespace Pipeline.Benchmarks.Tokenizers;

/// <summary>The texts of some dataset files.</summary>
internal static class BenchmarkTexts
{
    /// <param name="paths">Datasets in any format that the pipeline reads.</param>
    /// <param name="bytes">UTF-8 bytes at most.</param>
    public static List<string> Read(IEnumerable<string> paths, long bytes)
    {
        var texts = new List<string>();
        foreach (var path in paths)
        {
            using var content = File.OpenRead(path);
            // A dataset's name is a model's name; here any name will do.
            var name = Path.GetFileName(path);
            foreach (var row in DatasetReader.Read(content, DatasetFile.Parse("texts" + name[name.IndexOf('.', StringComparison.Ordinal)..]), new ReadingOptions(), new FindingLog()))
            {
                // Half a surrogate pair cannot be sent to another program.
                var text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(row.Text));
                if ((bytes -= Encoding.UTF8.GetByteCount(text)) < 0)
                    return texts;
                texts.Add(text);
            }
        }

        return texts;
    }
}
