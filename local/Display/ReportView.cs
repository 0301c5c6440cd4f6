using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Pipeline.Core.Storage;
using Spectre.Console;

namespace Pipeline.Local.Display;

/// <summary>What is wrong with a dataset: the findings of its validation report.</summary>
internal static class ReportView
{
    /// <summary>Shows the report of a run.</summary>
    public static async Task ShowAsync(Screen screen, BlobServiceClient storage, string runId, CancellationToken cancellationToken)
    {
        var blob = await storage.GetBlobContainerClient(BlobLayout.Runs).GetBlobClient(BlobLayout.Report(runId)).DownloadContentAsync(cancellationToken);
        var findings = JsonNode.Parse(blob.Value.Content)?["findings"]?.AsArray() ?? [];
        var table = new Table().Border(TableBorder.Rounded).AddColumn("finding").AddColumn("line").AddColumn("reason").AddColumn("fix");
        foreach (var finding in findings)
            table.AddRow(Cell(finding, "code"), Cell(finding, "line"), Cell(finding, "message"), Cell(finding, "fix"));
        screen.Console.Write(table);
    }

    private static string Cell(JsonNode? finding, string name) => Markup.Escape(finding?[name]?.ToString() ?? "");
}
