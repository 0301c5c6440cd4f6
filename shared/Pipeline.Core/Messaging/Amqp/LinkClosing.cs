using Amqp;

namespace Pipeline.Core.Messaging.Amqp;

internal static class LinkClosing
{
    /// <summary>Closes a link that is no longer needed. One that is broken, or does not answer, needs no closing.</summary>
    public static async Task CloseQuietlyAsync(this Link link, TimeSpan patience)
    {
        try
        {
            await link.CloseAsync(patience);
        }
        catch (Exception e) when (AmqpFailure.IsTransport(e))
        {
            // The broker keeps, or takes back, what it has not been told about.
        }

        // The library continues on its reading thread, which a caller must not keep busy.
        await Task.Yield();
    }
}
