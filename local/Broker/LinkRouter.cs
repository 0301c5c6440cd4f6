using Amqp;
using Amqp.Framing;
using Amqp.Listener;

namespace Pipeline.Local.Broker;

/// <summary>Decides what a link that is being attached is connected to.</summary>
internal sealed class LinkRouter(QueueStore store, CbsNode cbs) : ILinkProcessor
{
    private const string CbsAddress = "$cbs";
    private const string ManagementSuffix = "/$management";
    private readonly HashSet<string> _managed = new(StringComparer.OrdinalIgnoreCase);

    public void Register(ContainerHost host)
    {
        host.RegisterRequestProcessor(CbsAddress, cbs);
        host.AddressResolver = PrepareManagement;
        host.RegisterLinkProcessor(this);
    }

    public void Process(AttachContext attachContext)
    {
        var attach = attachContext.Attach;
        var address = AddressOf(attach);
        if (!cbs.Admits((ListenerConnection)attachContext.Link.Session.Connection))
        {
            attachContext.Complete(new Error(ErrorCode.UnauthorizedAccess) { Description = $"No valid token for '{address}'. Put one on $cbs." });
        }
        else if (string.IsNullOrEmpty(address) || store.Find(address) is not { } queue)
        {
            attachContext.Complete(new Error(ErrorCode.NotFound) { Description = $"There is no queue '{address}'." });
        }
        else if (attach.Role)
        {
            attachContext.Complete(new QueueConsumer(queue, attachContext.Link), 0);
        }
        else
        {
            attachContext.Complete(new QueueInlet(queue), QueueInlet.Credit);
        }
    }

    // Management nodes come into being with their queues. The library asks here before it looks for a node.
    private string? PrepareManagement(ContainerHost host, Attach attach)
    {
        var address = AddressOf(attach);
        if (address is null || !address.EndsWith(ManagementSuffix, StringComparison.OrdinalIgnoreCase))
            return address;
        lock (_managed)
        {
            if (store.Find(address[..^ManagementSuffix.Length]) is { } queue && _managed.Add(address))
                host.RegisterRequestProcessor(address, new ManagementNode(queue));
        }

        return address;
    }

    // The remote end's role: a receiver names its source, a sender its target.
    private static string? AddressOf(Attach attach) => attach.Role ? (attach.Source as Source)?.Address : (attach.Target as Target)?.Address;
}
