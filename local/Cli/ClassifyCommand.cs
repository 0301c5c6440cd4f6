using System.CommandLine;
using System.Globalization;
using Pipeline.Local.Hosting;
using Pipeline.Local.Http;

namespace Pipeline.Local.Cli;

/// <summary><c>classify</c>: asks a model of the running pipeline.</summary>
internal static class ClassifyCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var data = CommonOptions.Data();
        var name = new Argument<string>("NAME") { Description = "The model." };
        var text = new Argument<string>("TEXT") { Description = "The text to classify." };
        var command = new Command("classify", "Asks a model of the running pipeline for the label, or the number, of a text.") { name, text, data };
        command.SetAction(CommandContext.Action(async (arguments, context) =>
        {
            using var client = new PipelineClient(Session.Running(CommonOptions.State(arguments, data)).Api);
            var answers = await client.ClassifyAsync(arguments.GetRequiredValue(name), [arguments.GetRequiredValue(text)], context.Shutdown.Token);
            foreach (var (label, score) in answers[0])
                context.Screen.Line(label is null ? score.ToString("G6", CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{score:0.000}  {label}"));
            return 0;
        }));
        return command;
    }
}
