using System.CommandLine;
using Pipeline.Core.Runs;
using Pipeline.Local.Display;
using Pipeline.Local.Hosting;
using Pipeline.Local.Http;
using Spectre.Console;

namespace Pipeline.Local.Cli;

/// <summary><c>status</c>: the runs of the running pipeline and what answers for each model.</summary>
internal static class StatusCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var data = CommonOptions.Data();
        var command = new Command("status", "Shows the runs and models of the running pipeline.") { data };
        command.SetAction(CommandContext.Action(async (arguments, context) =>
        {
            var session = Session.Running(CommonOptions.State(arguments, data));
            using var client = new PipelineClient(session.Api);
            var runs = await client.ListRunsAsync(context.Shutdown.Token);
            context.Screen.Line($"{session.Api}api, up since {session.StartedAt.ToLocalTime():HH:mm}");
            context.Screen.Console.Write(Table(runs));
            if (runs.Count > 0)
                context.Screen.Line($"The report on a run's dataset, as JSON or in a browser: {session.Api}api/runs/RUN/report");
            return 0;
        }));
        return command;
    }

    private static Table Table(IReadOnlyList<RunRecord> runs)
    {
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumn("model").AddColumn("run").AddColumn("state").AddColumn(new TableColumn("test").RightAligned()).AddColumn("version");
        foreach (var run in runs)
            table.AddRow(
                Markup.Escape(run.ModelName), Markup.Escape(run.RunId), run.State.Name(),
                run.Result is { } result ? RunText.Headline(result.Test) : "", run.Result?.Version ?? Markup.Escape(run.Failure?.Code ?? ""));
        return table;
    }
}
