using System.Collections.Concurrent;
using Amqp;
using Amqp.Framing;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>A pair of links to a node that answers requests (<c>$cbs</c>, <c>{queue}/$management</c>); answers are matched by correlation id.</summary>
internal sealed class RequestResponseLink
{
    private readonly TimeProvider _time;
    private readonly string _replyTo = $"reply-{Guid.NewGuid():N}";
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Message>> _waiting = new();
    private readonly SenderLink _sender;
    private readonly ReceiverLink _receiver;

    public RequestResponseLink(Session session, string node, TimeProvider time)
    {
        _time = time;
        _receiver = new ReceiverLink(session, _replyTo, new Attach
        {
            Source = new Source { Address = node },
            Target = new Target { Address = _replyTo },
        }, null);
        _sender = new SenderLink(session, $"request-{Guid.NewGuid():N}", node);
        _receiver.AddClosedCallback(OnClosed);
        _sender.AddClosedCallback(OnClosed);
        _receiver.Start(8, OnReply);
    }

    public bool IsOpen => !_sender.IsClosed && !_receiver.IsClosed;

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    /// <exception cref="AmqpException">The link was closed meanwhile, or the request was refused.</exception>
    public async Task<Message> RequestAsync(Message request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid().ToString("N");
        request.Properties = new Properties { MessageId = id, ReplyTo = _replyTo };
        var reply = new TaskCompletionSource<Message>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = reply;
        try
        {
            // A link that closed before the entry was made has nobody left to fail it.
            if (!IsOpen)
                throw new AmqpException(ErrorCode.DetachForced, "The request link is closed.");
            await _sender.SendAsync(request, timeout);
            return await reply.Task.WaitAsync(timeout, _time, cancellationToken);
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    private void OnReply(IReceiverLink link, Message reply)
    {
        link.Accept(reply);
        if (reply.Properties?.CorrelationId is { } id && _waiting.TryRemove(id, out var waiter))
            waiter.TrySetResult(reply);
    }

    private void OnClosed(IAmqpObject sender, Error? error)
    {
        var failure = error is null ? new AmqpException(ErrorCode.DetachForced, "The request link was closed.") : new AmqpException(error);
        foreach (var id in _waiting.Keys)
        {
            if (_waiting.TryRemove(id, out var waiter))
                waiter.TrySetException(failure);
        }
    }
}
