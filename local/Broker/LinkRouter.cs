using Amqp;
using Amqp.Framing;
using Amqp.Listener;

namespace Pipeline.Local.Broker;

/// <summary>Decides what a link that is being attached is connected to.</summary>
internal sealed class LinkRouter(QueueStore store, CbsNode cbs, LiveLinks links) : ILinkProcessor
{
    private const string ManagementSuffix = "/$management";
    private readonly ReplyLinks _replies = new();

    public void Process(AttachContext attachContext)
    {
        var attach = attachContext.Attach;
        // The remote end's role: a receiver names its source, a sender its target. Azure's clients begin the address with a slash.
        var address = (attach.Role ? (attach.Source as Source)?.Address : (attach.Target as Target)?.Address)?.TrimStart('/') ?? "";
        if (Refuse(attachContext, address) is { } error)
        {
            attachContext.Complete(error);
            return;
        }

        if (address == CbsNode.Address)
            CompleteNode(attachContext, cbs.Answer);
        else if (OwnerOf(address) is { } owner)
            CompleteNode(attachContext, new ManagementNode(store.Find(owner)!, store.Options, links).Answer);
        else
            CompleteQueue(attachContext, store.Find(address)!);
        // Not before: a link that is not attached cannot be detached.
        links.Add(attachContext.Link, address);
    }

    private Error? Refuse(AttachContext attachContext, string address)
    {
        if (store.Options.Refusal?.Invoke(address) is { } error)
            return error;
        if (address == CbsNode.Address)
            return null;
        if (!cbs.Admits((ListenerConnection)attachContext.Link.Session.Connection, address))
            return new Error(ErrorCode.UnauthorizedAccess) { Description = $"No valid token for '{address}'. Put one on $cbs." };
        if (address.Length == 0 || store.Find(OwnerOf(address) ?? address) is null)
            return new Error(ErrorCode.NotFound) { Description = $"The messaging entity '{address}' could not be found." };
        return null;
    }

    private static string? OwnerOf(string address) =>
        address.EndsWith(ManagementSuffix, StringComparison.OrdinalIgnoreCase) ? address[..^ManagementSuffix.Length] : null;

    private void CompleteNode(AttachContext attachContext, Func<Message, ListenerConnection, Message> node)
    {
        if (!attachContext.Attach.Role)
        {
            attachContext.Complete(new RequestInlet(node, _replies, links), RequestInlet.Credit);
            return;
        }

        _replies.Add((attachContext.Attach.Target as Target)?.Address ?? "", attachContext.Link);
        attachContext.Complete(new ReplyOutlet(attachContext.Link), 0);
    }

    private void CompleteQueue(AttachContext attachContext, BrokerQueue queue)
    {
        // The library answers with the client's own attach; Azure's clients insist on a limit.
        attachContext.Attach.MaxMessageSize = (ulong)store.Options.MaxMessageBytes;
        if (attachContext.Attach.Role)
            attachContext.Complete(new QueueConsumer(queue, attachContext.Link, links), 0);
        else
            attachContext.Complete(new QueueInlet(queue, store.Options, links), QueueInlet.Credit);
    }
}
