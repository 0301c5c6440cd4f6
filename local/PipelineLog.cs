using System.Globalization;

namespace Pipeline.Local;

/// <summary>The log file: one line per line that any part says, with the time and the part's name in front.</summary>
internal sealed class PipelineLog : IDisposable
{
    private readonly Lock _lock = new();
    private readonly StreamWriter _file;
    private readonly TimeProvider _time;
    private readonly Queue<string> _tail = new();

    /// <summary>Opens the file for appending.</summary>
    public PipelineLog(string path, TimeProvider time)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        Path = path;
        _time = time;
        _file = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
    }

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>Raised for the few lines that belong on the screen too.</summary>
    public event Action<string>? Notice;

    /// <summary>Writes a line.</summary>
    public void Write(string part, string line)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{_time.GetUtcNow():HH:mm:ss.fff} {part,-9} | {line}");
        lock (_lock)
        {
            if (!_file.BaseStream.CanWrite)
                return; // closed: a child's last words after the end
            _file.WriteLine(text);
            _tail.Enqueue(text);
            if (_tail.Count > 200)
                _tail.Dequeue();
        }
    }

    /// <summary>Writes a line and shows it on the screen.</summary>
    public void Warn(string line)
    {
        Write("local", line);
        Notice?.Invoke(line);
    }

    /// <summary>The newest lines of a part, for an error message.</summary>
    public string Tail(string part, int lines)
    {
        lock (_lock)
            return string.Join('\n', _tail.Where(t => t[13..].StartsWith(part, StringComparison.Ordinal)).TakeLast(lines));
    }

    public void Dispose()
    {
        lock (_lock)
            _file.Dispose();
    }
}
