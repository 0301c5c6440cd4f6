using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using Microsoft.Azure.Functions.Worker.Grpc.Messages;

namespace Pipeline.IntegrationTests.Hosting;

/// <summary>The host's end of the stream on which it and a worker talk.</summary>
internal sealed class WorkerStream : FunctionRpc.FunctionRpcBase
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _asked = new();
    private readonly Channel<StreamingMessage> _outgoing = Channel.CreateUnbounded<StreamingMessage>();

    /// <summary>What the worker logged.</summary>
    public ConcurrentQueue<RpcLog> Logs { get; } = new();

    /// <summary>Ends when a worker has connected.</summary>
    public Task Started => _started.Task;

    /// <summary>Sends a message and waits for its answer, which carries the same id.</summary>
    public async Task<StreamingMessage> AskAsync(StreamingMessage message, CancellationToken cancellationToken)
    {
        message.RequestId = Guid.NewGuid().ToString();
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[message.RequestId] = answer;
        await _outgoing.Writer.WriteAsync(message, cancellationToken);
        return await answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Sends a message that has no answer.</summary>
    public ValueTask TellAsync(StreamingMessage message) => _outgoing.Writer.WriteAsync(message);

    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
    {
        var writing = WriteAsync(responseStream, context.CancellationToken);
        try
        {
            await foreach (var message in requestStream.ReadAllAsync(context.CancellationToken))
                Take(message);
            await writing;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The worker has ended, as it does at the end of a test: whoever still waits for it is told below.
        }
        finally
        {
            foreach (var waiting in _asked.Values)
                waiting.TrySetException(new InvalidOperationException("The worker has closed its stream."));
        }
    }

    private void Take(StreamingMessage message)
    {
        if (message.ContentCase == StreamingMessage.ContentOneofCase.StartStream)
            _started.TrySetResult();
        else if (message.ContentCase == StreamingMessage.ContentOneofCase.RpcLog)
            Logs.Enqueue(message.RpcLog);
        else if (_asked.TryRemove(message.RequestId, out var asked))
            asked.TrySetResult(message);
    }

    private async Task WriteAsync(IServerStreamWriter<StreamingMessage> stream, CancellationToken cancellationToken)
    {
        await foreach (var message in _outgoing.Reader.ReadAllAsync(cancellationToken))
            await stream.WriteAsync(message, cancellationToken);
    }
}
