using Microsoft.Extensions.Logging.Console;

namespace Pipeline.Functions.Hosting;

/// <summary>Log lines that the Functions host, a container runtime and people can all read.</summary>
internal static class Logging
{
    /// <summary>One JSON object a line. Errors go to stderr, since the Functions host records stdout as information and stderr as errors.</summary>
    public static void AddSingleLineLogging(this IHostApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.AddJsonLines();
        builder.AddQuietLogging();
    }

    /// <summary>The same beside the host's own logging, for warnings and errors: the host keeps an isolated worker's lines without the numbers of their events, by which alerts find them.</summary>
    public static void AddWarningsAsSingleLines(this IHostApplicationBuilder builder)
    {
        builder.AddJsonLines();
        builder.Logging.AddFilter<ConsoleLoggerProvider>(null, LogLevel.Warning);
    }

    /// <summary>Leaves out what the host records itself.</summary>
    public static void AddQuietLogging(this IHostApplicationBuilder builder)
    {
        // A line per request doubles the volume and says nothing that the Functions host does not record.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Warning);
    }

    private static void AddJsonLines(this IHostApplicationBuilder builder)
    {
        builder.Logging.AddJsonConsole(o =>
        {
            o.UseUtcTimestamp = true;
            o.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        });
        builder.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Error);
    }
}
