using System.Text.Json;
using Pipeline.Core;

namespace Pipeline.Local.Broker;

/// <summary>
/// The broker's memory on disk: JSON lines, appended. A line without its line feed was cut off by a crash and is no line: its message
/// had not been accepted. Without a folder it keeps nothing.
/// </summary>
internal sealed class Journal : IDisposable
{
    private readonly string _path;
    private readonly FileStream? _owner;
    private FileStream? _file;

    private Journal(string path, FileStream? owner)
    {
        _path = path;
        _owner = owner;
    }

    /// <summary>Takes possession of the folder.</summary>
    /// <exception cref="IOException">Another broker has it.</exception>
    public static Journal Open(string? directory)
    {
        if (directory is null)
            return new Journal("", null);
        Directory.CreateDirectory(directory);
        try
        {
            var owner = new FileStream(Path.Combine(directory, "broker.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new Journal(Path.Combine(directory, "broker.jsonl"), owner);
        }
        catch (IOException e)
        {
            throw new IOException($"The broker's folder {directory} is in use. Stop the other pipeline, or choose another folder.", e);
        }
    }

    /// <summary>The records of an earlier life.</summary>
    public IEnumerable<JournalRecord> Read()
    {
        if (_owner is null || !File.Exists(_path))
            yield break;
        var text = File.ReadAllText(_path);
        var lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < lines.Length; i++)
            yield return Parse(lines[i], i + 1);
    }

    /// <summary>Begins anew with the given records, put in the old journal's place in one step.</summary>
    public void Begin(IEnumerable<JournalRecord> records)
    {
        if (_owner is null)
            return;
        _file = new FileStream(_path + ".new", FileMode.Create, FileAccess.Write, FileShare.Read);
        foreach (var record in records)
            Write(record, durable: false);
        _file.Flush(flushToDisk: true);
        File.Move(_path + ".new", _path, overwrite: true);
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

    public void Dispose()
    {
        _file?.Dispose();
        _owner?.Dispose();
    }

    private JournalRecord Parse(string line, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<JournalRecord>(line, PipelineJson.Compact)!;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(
                $"{_path}, line {number}: not a record of the broker ({e.Message}). Repair the line, or delete the file to start with empty queues.", e);
        }
    }
}
