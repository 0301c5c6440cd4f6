using Microsoft.Extensions.Logging.Console;

namespace Pipeline.Functions.Hosting;

/// <summary>Log lines that the Functions host, a container runtime and people can all read.</summary>
internal static class Logging
{
    /// <summary>One JSON object a line. Errors go to stderr, since the Functions host records stdout as information and stderr as errors.</summary>
    public static void AddSingleLineLogging(this IHostApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddJsonConsole(o =>
        {
            o.UseUtcTimestamp = true;
            o.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        });
        builder.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Error);
        builder.AddQuietLogging();
    }

    /// <summary>Leaves out what the host records itself.</summary>
    public static void AddQuietLogging(this IHostApplicationBuilder builder)
    {
        // A line per request doubles the volume and says nothing that the Functions host does not record.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Warning);
    }
}
