using System.Globalization;
using System.Text.Json;
using Pipeline.Local.Display;
using Pipeline.Local.Http;
using Spectre.Console;

namespace Pipeline.Local.Demo;

/// <summary>Asks the new model about a few mails over HTTP and shows what it says.</summary>
internal static class DemoTalk
{
    /// <summary>Classifies the sample mails.</summary>
    /// <returns>True if every mail got an answer; whether it is the right one is for the reader to see.</returns>
    public static async Task<bool> ClassifyAsync(Screen screen, PipelineClient client, string model, CancellationToken cancellationToken)
    {
        var answers = await client.ClassifyAsync(model, SampleMails.Texts, cancellationToken);
        var table = new Table().Border(TableBorder.Rounded).Title("Three mails written for this demo, classified over HTTP")
            .AddColumn("subject").AddColumn("answer").AddColumn(new TableColumn("score").RightAligned());
        foreach (var (text, scores) in SampleMails.Texts.Zip(answers))
            table.AddRow(Markup.Escape(text.Split('\n')[0].Trim()), Markup.Escape(scores[0].Label ?? ""), scores[0].Score.ToString("0.000", CultureInfo.InvariantCulture));
        screen.Line();
        screen.Console.Write(table);
        screen.Line("These answers are the model's own; the corpus is English mail of 2002 and 2003, so expect it to err on today's.");
        return answers.Count == SampleMails.Texts.Count;
    }

    /// <summary>A command line to try the model with.</summary>
    public static string Curl(Uri api, string model) =>
        $"curl -s {api}api/models/{model}/classify -H 'content-type: application/json' -d '{JsonSerializer.Serialize(new { inputs = "Free prize! Click here to claim your money now." })}'";
}
