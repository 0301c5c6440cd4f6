using System.Diagnostics;
using System.Globalization;
using Pipeline.Local;
using Pipeline.Local.FunctionsHost;

namespace Pipeline.Benchmarks.Stack;

/// <summary>A running functions program.</summary>
internal sealed class FunctionsInstance : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;
    private int _disposed;

    public FunctionsInstance(Process process, Uri address, PipelineLog log)
    {
        (_process, Address) = (process, address);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(30) };
        Invoker = new FunctionInvoker(_http, log, TimeProvider.System);
    }

    public Uri Address { get; }

    public FunctionInvoker Invoker { get; }

    /// <summary>The most memory it ever had, in MB.</summary>
    public double PeakMegabytes() => Megabytes("VmHWM:");

    /// <summary>The memory that it has now, in MB.</summary>
    public double ResidentMegabytes() => Megabytes("VmRSS:");

    private double Megabytes(string field)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }

    /// <summary>Processor time so far, in seconds over all cores; other programs' load does not change it much.</summary>
    public double ProcessorSeconds()
    {
        _process.Refresh();
        return _process.TotalProcessorTime.TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        // By who started it, and by the stack at its end.
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }
}
