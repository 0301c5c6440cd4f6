using System.Runtime.InteropServices;

namespace Pipeline.Trainer;

/// <summary>Turns SIGTERM and Ctrl-C into a request to stop in good order.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() => _registrations = [.. ((PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT]).Select(s => PosixSignalRegistration.Create(s, OnSignal))];

    public CancellationToken Token => _stop.Token;

    /// <summary>True once Ctrl-C was pressed.</summary>
    public bool Interrupted { get; private set; }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        Interrupted |= context.Signal == PosixSignal.SIGINT;
        _stop.Cancel();
    }
}
