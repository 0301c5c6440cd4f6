using System.Net;
using System.Net.Sockets;
using Pipeline.Local;
using Pipeline.Local.Processes;

namespace Pipeline.UnitTests.Local;

public class LoopbackPortTests
{
    [Fact]
    public void A_port_in_use_is_named_with_the_way_out()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var error = Assert.Throws<LocalException>(() => LoopbackPort.Require(port, "--port"));

        Assert.Contains($"Port {port} ", error.Message, StringComparison.Ordinal);
        Assert.Contains("--port", error.Fix, StringComparison.Ordinal);
        Assert.NotEqual(port, LoopbackPort.FreeOr(port));
    }

    [Fact]
    public void A_free_port_passes() => LoopbackPort.Require(LoopbackPort.Free(), "--port");
}
