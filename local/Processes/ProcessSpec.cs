namespace Pipeline.Local.Processes;

/// <summary>A program to run.</summary>
internal sealed record ProcessSpec
{
    /// <summary>Names it in the log, for example <c>functions</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The executable: a path, or a name to be found on PATH.</summary>
    public required string FileName { get; init; }

    /// <summary>Its arguments, unquoted.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables on top of the environment of this process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Where it runs; null: the current directory.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>How long it may take to end after SIGTERM before it is killed. Default 20 s.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(20);
}
