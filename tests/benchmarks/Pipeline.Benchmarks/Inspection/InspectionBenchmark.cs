using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Datasets.Rows;
using Pipeline.Core.Findings;

namespace Pipeline.Benchmarks.Inspection;

/// <summary>Rows that a second of processor time checks, and what is found: <c>inspect FILE [ROUNDS]</c>.</summary>
internal sealed class InspectionBenchmark : IBenchmark
{
    public string Name => "inspect";

    public string Description => "checks the rows of a dataset file on one thread: rows a second of processor time, near copies, findings";

    public Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (arguments is not [var path, ..])
        {
            Console.Error.WriteLine("inspect FILE [ROUNDS]");
            return Task.FromResult(1);
        }

        var rounds = arguments.Count > 1 ? int.Parse(arguments[1]) : 5;
        var rows = Read(path);
        var characters = rows.Sum(r => (long)r.Row.Text.Length);
        Console.WriteLine($"{rows.Count:N0} rows, {characters / Math.Max(1, rows.Count)} characters each");
        var hash = Best(rounds, () => rows.Sum(r => (long)(TextHash.Of(r.Row.Text) & 1)));
        Report("text hash (the peer)", hash, rows.Count, hash.Best);
        using var file = ScratchFile.Create();
        Report("inspection", Best(rounds, () =>
        {
            file.SetLength(0);
            return Inspect(rows, new FindingLog(), file).Characters.Count;
        }), rows.Count, hash.Best);
        var near = Best(rounds, () => NearDuplicates.Find([new SignatureFile(file, 0, new PartPlace(null, 0))]).Count);
        Report("near copies", near, rows.Count, hash.Best);
        Show(rows, NearDuplicates.Find([new SignatureFile(file, 0, new PartPlace(null, 0))]));
        return Task.FromResult(0);
    }

    private static TextStatistics Inspect(List<(DatasetRow Row, ulong Hash)> rows, FindingLog findings, Stream? signatures)
    {
        var inspector = new RowInspector(findings, signatures);
        foreach (var (row, hash) in rows)
            inspector.Take(row, RowCheck.Of(row, hash));
        return inspector.Statistics;
    }

    private static List<(DatasetRow Row, ulong Hash)> Read(string path)
    {
        using var content = File.OpenRead(path);
        return [.. DatasetReader.Read(content, DatasetFile.Parse(Path.GetFileName(path)), new ReadingOptions(), new FindingLog())
            .Select(row => (row, TextHash.Of(row.Text)))];
    }

    private static void Show(List<(DatasetRow Row, ulong Hash)> rows, NearCopies copies)
    {
        var findings = new FindingLog();
        var statistics = Inspect(rows, findings, null);
        statistics.Languages.Note(findings);
        var quotes = RowQuotes.Of(copies, []);
        foreach (var (row, _) in rows)
            quotes.Show(row.Number, row);
        copies.Note(findings, quotes);
        Console.WriteLine($"languages: {string.Join(", ", statistics.Languages.Shares().Select(l => $"{l.Language} {l.Rows}"))}");
        foreach (var finding in findings.ToList())
        {
            Console.WriteLine($"{finding.Id}: {finding.Count:N0} ({100.0 * finding.Count / rows.Count:0.00}%)");
            foreach (var place in finding.Places)
                Console.WriteLine($"  {place.Line}: {place.Excerpt}");
        }
    }

    private static (double Best, double Worst) Best(int rounds, Func<long> work)
    {
        work();
        var times = Enumerable.Range(0, rounds).Select(_ =>
        {
            // Processor time: what others do on the machine costs time by the clock.
            var before = Environment.CpuUsage.TotalTime;
            work();
            return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        }).ToArray();
        return (times.Min(), times.Max());
    }

    private static void Report(string what, (double Best, double Worst) time, int rows, double peer) =>
        Console.WriteLine($"{what,-22} {rows / time.Best,12:N0} rows/s (worst {rows / time.Worst:N0}), {time.Best / peer:0.00} of the peer's time");
}
