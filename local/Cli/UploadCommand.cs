using System.CommandLine;
using Azure.Storage.Blobs;
using Pipeline.Core.Runs;
using Pipeline.Local.Display;
using Pipeline.Local.Hosting;
using Pipeline.Local.Http;

namespace Pipeline.Local.Cli;

/// <summary><c>upload</c>: drops a file of the user's into the running pipeline.</summary>
internal static class UploadCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var data = CommonOptions.Data();
        var file = new Argument<FileSystemInfo>("FILE") { Description = "A labelled dataset, or a folder with train.*, validation.* and test.*." }.AcceptExistingOnly();
        var name = new Option<string?>("--name") { Description = "The model's name. Default: the file's.", HelpName = "N" };
        var wait = new Option<bool>("--wait") { Description = "Follow the run to its end; exit code 0 only if it succeeds, or with the mode validate if the dataset is accepted." };
        var options = new Option<FileInfo>("--options") { Description = "A JSON file with options for the run.", HelpName = "FILE" }.AcceptExistingOnly();
        var command = new Command("upload", "Drops a file into the running pipeline, which trains a model on it.") { file, name, options, wait, data };
        command.SetAction(CommandContext.Action(async (arguments, context) =>
        {
            var path = arguments.GetRequiredValue(file).FullName;
            var dataset = UploadedDataset.Of(path, arguments.GetValue(name));
            var state = CommonOptions.State(arguments, data);
            var session = Session.Running(state);
            var storage = new BlobServiceClient(session.StorageConnectionString);
            // First the options, or ingest would not find them.
            if (arguments.GetValue(options) is { } optionsFile)
                await DatasetUpload.SendAsync(storage, optionsFile.FullName, dataset.OptionsBlob, dataset.ModelName, context.Shutdown.Token);
            var runId = await dataset.SendAsync(storage, context.Shutdown.Token);
            context.Screen.Line($"Uploaded {dataset.Blob}; its run: {session.Api}api/runs/{runId}");
            context.Screen.Line($"To end the run: dotnet run --project local -- cancel {runId}");
            return arguments.GetValue(wait) ? await FollowAsync(session, state, storage, runId, context) : 0;
        }));
        return command;
    }

    private static async Task<int> FollowAsync(Session session, StateFolder state, BlobServiceClient storage, string runId, CommandContext context)
    {
        var cancellation = context.Shutdown.Token;
        using var client = new PipelineClient(session.Api);
        var news = new RunFollower(client, context.Time).FollowAsync(runId, cancellation);
        var run = await new RunView(context.Screen, context.Time).ShowAsync(news, cancellation);
        if (run.State == RunState.Rejected)
            context.Screen.Error($"The run {runId} was rejected. Nothing was trained.", fix: null);
        else
            RunOutcome.Show(context.Screen, run);
        // A run that failed before its file was read has no report. Warnings are worth knowing after a success too.
        if (run.State == RunState.Rejected || run.Ingest is not null)
            await ReportView.ShowAsync(context.Screen, storage, state, runId, cancellation);
        return run.State is RunState.Succeeded or RunState.Validated ? 0 : 1;
    }
}
