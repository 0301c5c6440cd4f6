using System.Net;
using System.Net.Sockets;

namespace Pipeline.Local.Processes;

/// <summary>TCP ports on 127.0.0.1, the only address anything here listens on.</summary>
internal static class LoopbackPort
{
    /// <summary>A port that nothing listens on, chosen by the operating system.</summary>
    public static int Free() => Probe(0) ?? throw new InvalidOperationException("The operating system has no free port on 127.0.0.1.");

    /// <summary>The given port if it is free, else one chosen by the operating system.</summary>
    public static int FreeOr(int preferred) => Probe(preferred) ?? Free();

    /// <summary>Makes sure that a port the user asked for can be had.</summary>
    /// <exception cref="LocalException">Another program listens on it.</exception>
    public static void Require(int port, string option)
    {
        if (Probe(port) is null)
            throw new LocalException(
                $"Port {port} on 127.0.0.1 is in use by another program.",
                $"Stop that program (find it with: ss -ltnp 'sport = :{port}'), or choose another port with {option} N ({option} 0: any free one).");
    }

    private static int? Probe(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
        try
        {
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return null;
        }
    }
}
