namespace Pipeline.Local.Azurite;

/// <summary>How the storage emulator is run.</summary>
internal enum AzuriteSource
{
    /// <summary>Docker where its image can be had, else npm.</summary>
    Auto,

    /// <summary>As a container.</summary>
    Docker,

    /// <summary>As a Node.js program, installed into the cache folder.</summary>
    Npm,
}
