using System.Globalization;
using System.Text.Json;
using Azure.Storage.Blobs;
using Pipeline.Core;
using Pipeline.Core.Costs;
using Pipeline.Core.Datasets;
using Pipeline.Core.Storage;
using Pipeline.Local.Hosting;
using Spectre.Console;

namespace Pipeline.Local.Display;

/// <summary>What ingest found in a dataset: its validation report.</summary>
internal static class ReportView
{
    /// <summary>Reads the report of a run, shows what it found, and keeps its page where a browser can open it.</summary>
    public static async Task ShowAsync(Screen screen, BlobServiceClient storage, StateFolder state, string runId, CancellationToken cancellationToken)
    {
        var runs = storage.GetBlobContainerClient(BlobLayout.Runs);
        var blob = await runs.GetBlobClient(BlobLayout.Report(runId)).DownloadContentAsync(cancellationToken);
        var report = JsonSerializer.Deserialize<ValidationReport>(blob.Value.Content.ToMemory().Span, PipelineJson.Indented)
            ?? throw new InvalidDataException($"The report of run '{runId}' is empty.");
        foreach (var line in Lines(report))
            screen.Console.MarkupLine(line);
        var page = state.Report(runId);
        Directory.CreateDirectory(Path.GetDirectoryName(page)!);
        await runs.GetBlobClient(BlobLayout.HtmlReport(runId)).DownloadToAsync(page, cancellationToken);
        screen.Line($"\nThe whole report: {new Uri(page)}");
    }

    /// <summary>The report as markup: per finding what it is, where, what it means, and what to do.</summary>
    public static IEnumerable<string> Lines(ValidationReport report)
    {
        foreach (var finding in report.Findings)
        {
            var colour = finding.Severity switch { FindingSeverity.Error => "red", FindingSeverity.Warning => "yellow", _ => "blue" };
            var times = finding.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" ({finding.Count:N0} times)") : "";
            yield return $"\n[{colour}]{finding.Severity.ToString().ToLowerInvariant()}[/] [bold]{Markup.Escape(finding.Id)}[/]{times}: {Markup.Escape(finding.Meaning)}";
            foreach (var place in finding.Places)
                yield return $"  {Where(place)}: [dim]{Markup.Escape(place.Excerpt)}[/]";
            yield return $"  [bold]Fix:[/] {Markup.Escape(finding.Fix)}";
        }
    }

    /// <summary>What it comes to, as markup: whether the dataset can be trained on, and with how much of it.</summary>
    public static IEnumerable<string> Verdict(ValidationReport report)
    {
        var name = Markup.Escape(report.Dataset);
        if (!report.Accepted)
        {
            yield return $"\n[red]{name} cannot be trained on.[/]";
            yield break;
        }

        yield return $"\n[green]{name} can be trained on.[/]";
        yield return string.Create(CultureInfo.InvariantCulture, $"  {report.RowsUsed:N0} rows used, {report.RowsLeftOut:N0} left out; {string.Join(", ", report.Splits.Select(s => $"{s.Value:N0} {s.Key}"))}");
        yield return $"  {Labels(report)}";
        if (report.TokenLengths is { } tokens)
            yield return string.Create(CultureInfo.InvariantCulture, $"  Tokens of a text: {tokens.Median:N0} in the middle, {tokens.Percentile95:N0} at the 95th percentile, {tokens.Longest:N0} at most");
        foreach (var line in Estimate(report))
            yield return "  " + Markup.Escape(line);
    }

    private static IEnumerable<string> Estimate(ValidationReport report)
    {
        if (report.Estimate is not { } estimate)
            yield break;
        yield return EstimateText.Sentence(estimate);
        foreach (var note in estimate.Notes)
            yield return "  " + note;
    }

    private static string Labels(ValidationReport report)
    {
        if (report.Target is { } target)
            return string.Create(CultureInfo.InvariantCulture, $"A number to be predicted, from {target.Least:G6} to {target.Greatest:G6}: {target.Median:G6} in the middle, {target.LowerQuartile:G6} and {target.UpperQuartile:G6} at the quartiles, {target.Mean:G6} on average");
        const int Shown = 10;
        var labels = report.Labels.Select(l => (l.Name, Rows: l.Train + l.Validation + l.Test)).OrderByDescending(l => l.Rows).ToList();
        var shown = labels.Take(Shown).Select(l => string.Create(CultureInfo.InvariantCulture, $"{Markup.Escape(l.Name)} {l.Rows:N0}"));
        var several = report.ProblemType == ProblemType.MultiLabelClassification ? ", several for a text" : "";
        return $"{labels.Count} labels{several}: {string.Join(", ", shown)}{(labels.Count > Shown ? ", …" : "")}";
    }

    private static string Where(FindingPlace place) =>
        (place.File, place.Line) switch
        {
            (null, null) => "file",
            (null, { } line) => $"line {line}",
            ({ } file, null) => Markup.Escape(file),
            ({ } file, { } line) => $"{Markup.Escape(file)}, line {line}",
        };
}
