using System.Net.Sockets;

namespace Pipeline.Local.Hosting;

/// <summary>Waits until a program that was just started answers.</summary>
internal static class Readiness
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until an address answers HTTP, whatever it answers, as the Functions host does.</summary>
    /// <exception cref="LocalException">It did not within the limit.</exception>
    public static async Task HttpAsync(string part, Uri address, TimeSpan limit, PipelineLog log, TimeProvider time, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };
        var start = time.GetTimestamp();
        while (!await AnswersAsync(http, address, cancellationToken))
        {
            if (time.GetElapsedTime(start) > limit)
                throw new LocalException(
                    $"The part '{part}' does not answer at {address} after {limit.TotalSeconds:0} s. Its last words:\n{log.Tail(part, 10)}",
                    $"Its whole output: {log.Path}");
            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    private static async Task<bool> AnswersAsync(HttpClient http, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return true;
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException or IOException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
