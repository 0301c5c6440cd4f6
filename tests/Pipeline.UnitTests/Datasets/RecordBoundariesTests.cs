using System.Text;
using CsCheck;
using Pipeline.Core.Datasets;
using Pipeline.Functions.Ingestion.FanOut;

namespace Pipeline.UnitTests.Datasets;

public sealed class RecordBoundariesTests
{
    private static readonly Gen<string> Field = Gen.OneOf(
        Gen.Char["ab,é "].Array[0, 6].Select(c => $"\"{new string(c)}\""),
        OneOf("\"a \"\"b\"\"\"", "\"\"\"\"", "\"x\n,\r\ny\"", "\"\"", "plain", "5\" pipe", "a\"\"b", "\"line\n\""));

    [Fact]
    public void The_rows_of_the_parts_are_those_of_the_file_wherever_it_is_cut() =>
        Gen.Select(Gen.Select(Field, OneOf("x", "y"), OneOf("\n", "\r\n"), (f, l, n) => $"{f},{l}{n}").Array[4, 30], Gen.Int[1, 80], Gen.Int[1, 40])
            .Sample((lines, partBytes, block) =>
            {
                var bytes = Encoding.UTF8.GetBytes("text,label\n" + string.Concat(lines));
                var whole = Read(bytes);

                var parts = Cut(bytes, partBytes, block);

                Assert.Equal(bytes.Length, parts.Sum(p => p.Length));
                Assert.Equal(whole, parts.SelectMany((p, i) => Read(bytes.AsSpan(p.Start, p.Length).ToArray(), hasHeader: i == 0, p.Lines)));
            });

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static List<(string Text, long Line)> Read(byte[] bytes, bool hasHeader = true, long linesBefore = 0)
    {
        var file = DatasetFile.Parse("a.csv");
        var options = DatasetReader.Plan(new MemoryStream("text,label\na,x\n"u8.ToArray()), file, new ReadingOptions(), new FindingLog());
        options = options with { Plan = options.Plan! with { HasHeader = hasHeader } };
        return [.. DatasetReader.Read(new MemoryStream(bytes), file, options, new FindingLog()).Select(r => (r.Text, r.Line + linesBefore))];
    }

    private static List<(int Start, int Length, long Lines)> Cut(byte[] bytes, int partBytes, int block)
    {
        var boundaries = new RecordBoundaries((byte)',', (byte)'"');
        var parts = new List<(int Start, int Length, long Lines)>();
        var (start, lines) = (0, 0L);
        foreach (var chunk in bytes.Chunk(block))
        {
            var rest = chunk.AsSpan();
            while (boundaries.Next(rest, start + partBytes, out var used))
            {
                parts.Add((start, (int)boundaries.Position - start, lines));
                (start, lines) = ((int)boundaries.Position, boundaries.Lines);
                rest = rest[used..];
            }
        }

        if (start < bytes.Length)
            parts.Add((start, bytes.Length - start, lines));
        return parts;
    }
}
