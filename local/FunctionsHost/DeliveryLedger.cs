using System.Text.Json;

namespace Pipeline.Local.FunctionsHost;

/// <summary>
/// Remembers on disk which version of which blob the queue has taken, so that a restart neither misses an upload nor repeats all of them.
/// Written after that: a crash in between repeats one event, which the functions must bear anyway.
/// </summary>
internal sealed class DeliveryLedger
{
    private readonly string _file;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _delivered;

    /// <summary>Reads the file if there is one.</summary>
    public DeliveryLedger(string file)
    {
        _file = file;
        _delivered = File.Exists(file)
            ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(file)) ?? []
            : [];
    }

    /// <summary>True if just this version of the blob is done with.</summary>
    public bool Contains(string blob, string etag)
    {
        lock (_lock)
            return _delivered.TryGetValue(blob, out var delivered) && delivered == etag;
    }

    /// <summary>Notes a version as done with, and is on disk when it returns.</summary>
    public void Add(string blob, string etag)
    {
        lock (_lock)
        {
            _delivered[blob] = etag;
            // A rename replaces the file whole; a crash leaves the old one or the new one.
            var draft = _file + ".tmp";
            using (var stream = new FileStream(draft, FileMode.Create, FileAccess.Write))
            {
                JsonSerializer.Serialize(stream, _delivered);
                stream.Flush(flushToDisk: true);
            }

            File.Move(draft, _file, overwrite: true);
        }
    }
}
