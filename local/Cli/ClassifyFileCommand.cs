using System.CommandLine;
using System.Globalization;
using Azure.Storage.Blobs;
using Pipeline.Core.Datasets;
using Pipeline.Local.Hosting;
using Pipeline.Local.Http;

namespace Pipeline.Local.Cli;

/// <summary><c>classify-file</c>: has a model of the running pipeline classify every row of a file.</summary>
internal static class ClassifyFileCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var data = CommonOptions.Data();
        var name = new Argument<string>("NAME") { Description = "The model." };
        var file = new Argument<FileInfo>("FILE") { Description = "A file with texts, in any format that datasets have; labels are not needed." }.AcceptExistingOnly();
        var options = new Option<FileInfo>("--options") { Description = "A JSON file with options, such as text_column.", HelpName = "FILE" }.AcceptExistingOnly();
        var output = new Option<string?>("--out") { Description = "Where the result goes. Default: the current folder, under the result's name with 'classified-' before it.", HelpName = "FILE" };
        var command = new Command("classify-file", "Has a model of the running pipeline classify every row of a file.") { name, file, options, output, data };
        command.SetAction(CommandContext.Action(async (arguments, context) =>
        {
            var cancellation = context.Shutdown.Token;
            var inbox = new InboxUpload(new BlobServiceClient(Session.Running(CommonOptions.State(arguments, data)).StorageConnectionString), context.Time);
            var path = arguments.GetRequiredValue(file).FullName;
            var blob = $"{arguments.GetRequiredValue(name)}/{Path.GetFileName(path)}";
            // First the options, or they would not be found.
            if (arguments.GetValue(options) is { } optionsFile)
                await inbox.SendAsync(optionsFile.FullName, blob + DatasetFile.OptionsExtension, cancellation);
            var etag = await inbox.SendAsync(path, blob, cancellation);
            var reported = 0L;
            var done = await inbox.WaitAsync(
                blob, etag,
                rows =>
                {
                    if (rows > reported)
                        context.Screen.Line(string.Create(CultureInfo.InvariantCulture, $"{reported = rows:N0} rows"));
                },
                cancellation);
            var to = arguments.GetValue(output) ?? "classified-" + Path.GetFileName(done.Result);
            await inbox.DownloadAsync(done, to, cancellation);
            foreach (var line in Lines(done, to))
                context.Screen.Line(line);
            return 0;
        }));
        return command;
    }

    private static IEnumerable<string> Lines(ScoredFile file, string path) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"{file.Rows:N0} rows by version {file.Version}: {path}"),
        .. file.Labels?.Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.Value,10:N0}  {l.Key}")) ?? [],
        .. file.MeanValue is { } mean ? [string.Create(CultureInfo.InvariantCulture, $"mean {mean:G6}")] : Array.Empty<string>(),
        .. file.Failures.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Count,10:N0}  not classified: {f.Code}, first in line {f.FirstLine}: {f.FirstMessage}")),
    ];
}
