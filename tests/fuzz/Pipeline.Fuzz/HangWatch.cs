namespace Pipeline.Fuzz;

/// <summary>Ends the process where an input takes a minute, and leaves the input behind: a loop that never ends cannot be ended otherwise.</summary>
internal sealed class HangWatch : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly string _path;
    private readonly Timer _timer;
    private byte[] _input = [];
    private byte[] _before = [];

    /// <summary>Watches.</summary>
    /// <param name="path">Where the input is written.</param>
    public HangWatch(string path)
    {
        _path = path;
        _timer = new Timer(_ => Look(), null, Longest, Longest);
    }

    /// <summary>An input begins.</summary>
    public void Begin(byte[] input) => Volatile.Write(ref _input, input);

    /// <summary>Stops watching.</summary>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var input = Volatile.Read(ref _input);
        if (ReferenceEquals(input, _before) && input.Length > 0)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            File.WriteAllBytes(_path, input);
            Environment.FailFast($"An input of {input.Length} bytes takes more than {Longest.TotalSeconds} s; it is in {_path}.");
        }

        _before = input;
    }
}
