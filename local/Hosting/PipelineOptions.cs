using Pipeline.Local.Azurite;

namespace Pipeline.Local.Hosting;

/// <summary>How a local pipeline is run.</summary>
internal sealed record PipelineOptions
{
    /// <summary>Where its state is kept.</summary>
    public required StateFolder State { get; init; }

    /// <summary>The port of the HTTP API on 127.0.0.1; 0: any free one. Default 7071, that of the Functions host.</summary>
    public int Port { get; init; } = 7071;

    /// <summary>Start a container per training request, as on Azure, instead of one long-lived process.</summary>
    public bool Containers { get; init; }

    /// <summary>Trainers at work at once. Default 1: on one machine a second only takes the first one's cores.</summary>
    public int Trainers { get; init; } = 1;

    /// <summary>How the storage emulator is run.</summary>
    public AzuriteSource Azurite { get; init; } = AzuriteSource.Auto;
}
