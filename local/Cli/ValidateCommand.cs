using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using Azure.Storage.Blobs;
using Pipeline.Core.Costs;
using Pipeline.Core.Reports;
using Pipeline.Local.Display;
using Pipeline.Local.Hosting;
using Pipeline.Local.Validation;
using Spectre.Console;

namespace Pipeline.Local.Cli;

/// <summary><c>validate</c>: checks a dataset as a run does, without a pipeline.</summary>
internal static class ValidateCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var data = CommonOptions.Data();
        var file = new Argument<FileSystemInfo>("FILE") { Description = "A labelled dataset, or a folder with train.*, validation.* and test.*." }.AcceptExistingOnly();
        var name = new Option<string?>("--name") { Description = "The model's name. Default: the file's.", HelpName = "N" };
        var options = new Option<FileInfo>("--options") { Description = "A JSON file with options. Default: {name}.options.json beside the dataset.", HelpName = "FILE" }.AcceptExistingOnly();
        var html = new Option<string?>("--html") { Description = "Where the report is written as a page. Default: {name}.report.html beside the dataset.", HelpName = "FILE" };
        var command = new Command("validate", "Checks a dataset without a running pipeline; exit code 0 only if it can be trained on.") { file, name, options, html, data };
        command.SetAction(CommandContext.Action(async (arguments, context) =>
        {
            var path = Path.TrimEndingDirectorySeparator(arguments.GetRequiredValue(file).FullName);
            var dataset = UploadedDataset.Of(path, arguments.GetValue(name));
            var state = CommonOptions.State(arguments, data);
            // What a running pipeline has trained says how fast this machine is.
            var measured = Session.Find(state) is { } session ? new MeasuredRunStore(new BlobServiceClient(session.StorageConnectionString)) : null;
            var report = await new LocalDataset(dataset, arguments.GetValue(options)?.FullName).ValidateAsync(
                () => new BlobServiceClient(Session.Running(state).StorageConnectionString), measured, Rates(), context.Shutdown.Token);

            var page = Path.GetFullPath(arguments.GetValue(html) ?? Path.Combine(Path.GetDirectoryName(path)!, $"{dataset.ModelName}.report.html"));
            await WritePageAsync(page, HtmlReport.Render(report), context.Shutdown.Token);
            foreach (var line in ReportView.Lines(report).Concat(ReportView.Verdict(report)))
                context.Screen.Console.MarkupLine(line);
            context.Screen.Line($"The report as a page: {page}");
            return report.Accepted ? 0 : 1;
        }));
        return command;
    }

    // From the environment, as the programs read them.
    private static RateOptions Rates()
    {
        var rates = new ConfigurationBuilder().AddEnvironmentVariables().Build().GetSection(RateOptions.Section).Get<RateOptions>() ?? new RateOptions();
        try
        {
            Validator.ValidateObject(rates, new ValidationContext(rates), validateAllProperties: true);
        }
        catch (ValidationException e)
        {
            throw new LocalException(e.Message, "Change or unset the environment variable.", e);
        }

        return rates;
    }

    private static async Task WritePageAsync(string path, string html, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllTextAsync(path, html, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalException($"The report cannot be written: {e.Message}", "Name another place with --html FILE.", e);
        }
    }
}
