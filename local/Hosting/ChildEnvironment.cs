namespace Pipeline.Local.Hosting;

/// <summary>The environment variables that tell a child where storage and queue are.</summary>
internal static class ChildEnvironment
{
    /// <summary>What functions app and trainer share.</summary>
    public static Dictionary<string, string> For(string storageConnectionString, Uri queueAddress, string queue) => new()
    {
        ["Pipeline__Storage__ConnectionString"] = storageConnectionString,
        ["Pipeline__Queue__Address"] = queueAddress.ToString().TrimEnd('/'),
        ["Pipeline__Queue__EntityPath"] = queue,
        // Whatever the terminal is set to, the programs listen where they are told.
        ["ASPNETCORE_URLS"] = "",
        ["DOTNET_ENVIRONMENT"] = "Production",
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
    };
}
