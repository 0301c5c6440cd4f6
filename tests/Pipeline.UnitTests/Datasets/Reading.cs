using System.IO.Compression;
using System.Text;
using Pipeline.Core.Datasets;

namespace Pipeline.UnitTests.Datasets;

/// <summary>Reads datasets that are written down in a test.</summary>
internal static class Reading
{
    public static (List<DatasetRow> Rows, IReadOnlyList<Finding> Findings) Read(string blob, string content, ReadingOptions? options = null) =>
        Read(blob, Encoding.UTF8.GetBytes(content), options);

    public static (List<DatasetRow> Rows, IReadOnlyList<Finding> Findings) Read(string blob, byte[] content, ReadingOptions? options = null)
    {
        var findings = new FindingLog();
        var rows = DatasetReader.Read(new MemoryStream(content), DatasetFile.Parse(blob), options ?? new ReadingOptions(), findings).ToList();
        return (rows, findings.ToList());
    }

    public static DatasetRejectedException Rejection(string blob, string content) => Rejection(blob, Encoding.UTF8.GetBytes(content));

    public static DatasetRejectedException Rejection(string blob, byte[] content) =>
        Assert.Throws<DatasetRejectedException>(() => Read(blob, content));

    public static byte[] Gzip(string content) => Gzip(Encoding.UTF8.GetBytes(content));

    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(content);
        return packed.ToArray();
    }
}
