using System.Text.Json;
using Pipeline.Core;

namespace Pipeline.Local.Broker;

/// <summary>
/// The broker's memory on disk: JSON lines, appended. A line without its line feed was cut off by a crash and is no line: its message
/// had not been accepted. Without a folder it keeps nothing.
/// </summary>
internal sealed class Journal : IDisposable
{
    private const string FileName = "broker.jsonl";
    private readonly FileStream? _file;

    private Journal(FileStream? file) => _file = file;

    /// <summary>Reads the records of an earlier life.</summary>
    public static IEnumerable<JournalRecord> Read(string? directory)
    {
        if (directory is null || !File.Exists(Path.Combine(directory, FileName)))
            yield break;
        var text = File.ReadAllText(Path.Combine(directory, FileName));
        foreach (var line in text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            yield return JsonSerializer.Deserialize<JournalRecord>(line, PipelineJson.Compact)!;
    }

    /// <summary>Starts a new journal with the given records, put in the old one's place in one step.</summary>
    public static Journal Start(string? directory, IEnumerable<JournalRecord> records)
    {
        if (directory is null)
            return new Journal(null);
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, FileName);
        var fresh = new FileStream(path + ".new", FileMode.Create, FileAccess.Write, FileShare.Read);
        var journal = new Journal(fresh);
        foreach (var record in records)
            journal.Write(record, durable: false);
        fresh.Flush(flushToDisk: true);
        File.Move(path + ".new", path, overwrite: true);
        return journal;
    }

    /// <summary>Appends a record.</summary>
    /// <param name="record">What happened.</param>
    /// <param name="durable">True: it is on the disk when this returns. False: it may be lost with the machine, not with the process.</param>
    public void Write(JournalRecord record, bool durable)
    {
        if (_file is null)
            return;
        _file.Write([.. JsonSerializer.SerializeToUtf8Bytes(record, PipelineJson.Compact), (byte)'\n']);
        _file.Flush(durable);
    }

    public void Dispose() => _file?.Dispose();
}
