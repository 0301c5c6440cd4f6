using System.CommandLine;
using Pipeline.Local.Cli;

var root = new RootCommand("The whole pipeline on one machine: drop a dataset, get a classifier.")
{
    UpCommand.Create(),
    DemoCommand.Create(),
    UploadCommand.Create(),
    ValidateCommand.Create(),
    ClassifyCommand.Create(),
    ClassifyFileCommand.Create(),
    StatusCommand.Create(),
    CancelCommand.Create(),
};
// Signals are handled by the commands themselves, which need their time to stop the parts in order.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
