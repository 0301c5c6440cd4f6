using System.Globalization;

namespace Pipeline.Functions.Hosting;

/// <summary>Where the handler listens.</summary>
internal static class ListenAddress
{
    /// <summary>The variable in which the Functions host names the port that it will call.</summary>
    public const string PortVariable = "FUNCTIONS_CUSTOMHANDLER_PORT";

    /// <summary>
    /// Listens on loopback at the host's port. It wins over <c>ASPNETCORE_URLS</c>, because the host's own image sets that
    /// variable for itself and a child process inherits it. Without a host, ASP.NET Core's settings decide.
    /// </summary>
    /// <exception cref="InvalidOperationException">The variable is no port number.</exception>
    public static void ListenWhereTheHostAsks(this WebApplicationBuilder builder)
    {
        if (builder.Configuration[PortVariable] is not { Length: > 0 } text)
            return;
        if (!ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            throw new InvalidOperationException($"{PortVariable} is '{text}'; it must be a port number from 0 (any free port) to 65535.");
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
    }
}
