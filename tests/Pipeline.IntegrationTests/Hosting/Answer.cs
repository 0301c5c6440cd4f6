using System.Text.RegularExpressions;

namespace Pipeline.IntegrationTests.Hosting;

/// <summary>An HTTP answer, as far as it must be the same behind both hosts: all of it but the time of day and what belongs to the connection.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">The headers, one a line.</param>
/// <param name="Body">The body.</param>
internal sealed partial record Answer(int Status, string Headers, string Body)
{
    // Kestrel says when it answered, and how it cut the body into pieces.
    private static readonly HashSet<string> OfTheConnection = new(StringComparer.OrdinalIgnoreCase) { "Date", "Server", "Transfer-Encoding", "Connection", "Content-Length" };

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var headers = response.Headers.Concat(response.Content.Headers)
            .Where(h => !OfTheConnection.Contains(h.Key))
            .OrderBy(h => h.Key, StringComparer.OrdinalIgnoreCase)
            .Select(h => $"{h.Key}: {string.Join(", ", h.Value)}");
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer((int)response.StatusCode, string.Join('\n', headers), WithoutTimes(body));
    }

    /// <summary>The text with every point in time of today, every trace id, and the commit that a program was built of, replaced.</summary>
    public static string WithoutTimes(string text) => Commit().Replace(TraceId().Replace(Today().Replace(text, "(now)"), "(trace)"), "(version)");

    [GeneratedRegex("202[6-9]-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+]00:00)")]
    private static partial Regex Today();

    [GeneratedRegex("[01][.]0[.]0[+][0-9a-f]{40}")]
    private static partial Regex Commit();

    [GeneratedRegex("00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]")]
    private static partial Regex TraceId();
}
