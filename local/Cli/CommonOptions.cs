using System.CommandLine;
using Pipeline.Local.Azurite;
using Pipeline.Local.Hosting;

namespace Pipeline.Local.Cli;

/// <summary>Options that several commands take.</summary>
internal static class CommonOptions
{
    /// <summary>The state folder.</summary>
    public static Option<string?> Data() => new("--data")
    {
        Description = $"The folder with the pipeline's state. Default: {StateFolder.DefaultName} in the current directory.",
        HelpName = "DIR",
    };

    /// <summary>The API's port.</summary>
    public static Option<int> Port()
    {
        var option = new Option<int>("--port")
        {
            Description = "Port of the HTTP API on 127.0.0.1; 0 for any free one.",
            HelpName = "N",
            DefaultValueFactory = _ => 7071,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 65535)
                result.AddError("--port must lie between 0 and 65535.");
        });
        return option;
    }

    /// <summary>Trainer as containers.</summary>
    public static Option<bool> Containers() => new("--containers")
    {
        Description = "Start a trainer container per training request, as on Azure, instead of one process. Needs Docker and the image pipeline-trainer.",
    };

    /// <summary>Number of trainers.</summary>
    public static Option<int> Trainers()
    {
        var option = new Option<int>("--trainers")
        {
            Description = "Trainers at work at once, for the trials of a sweep. On one machine they share its cores.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 16)
                result.AddError("--trainers must lie between 1 and 16.");
        });
        return option;
    }

    /// <summary>How the storage emulator is run.</summary>
    public static Option<AzuriteSource> Azurite() => new("--azurite")
    {
        Description = "How the storage emulator is run: docker, npm, or auto, which takes Docker where its image can be had.",
        DefaultValueFactory = _ => AzuriteSource.Auto,
    };

    /// <summary>The state folder that <see cref="Data"/> names.</summary>
    public static StateFolder State(ParseResult arguments, Option<string?> data) =>
        StateFolder.At(arguments.GetValue(data) ?? StateFolder.DefaultName);
}
