using System.Security.Cryptography;
using System.Text;

namespace Pipeline.Core.Runs;

/// <summary>Names a run after the upload that started it, so that a repeated event names the same run.</summary>
public static class RunId
{
    /// <summary><c>{modelName}-{12 hex digits}</c>, the digits from SHA-256 over blob name and ETag.</summary>
    /// <param name="modelName">The model's name.</param>
    /// <param name="blob">The blob's name in its container.</param>
    /// <param name="etag">The blob's ETag, with or without quotes.</param>
    public static string From(string modelName, string blob, string etag)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{blob}\n{etag.Trim('"')}"));
        return $"{modelName}-{Convert.ToHexStringLower(hash)[..12]}";
    }

    /// <summary><c>{yyyyMMddTHHmmssZ}-{6 hex digits}</c>: sorts by time, and is the same for every attempt at a run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="createdAt">When its record was created.</param>
    public static string VersionFor(string runId, DateTimeOffset createdAt) =>
        $"{createdAt.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{runId[^6..]}";
}
