using System.Text.Json;
using Amqp;
using Amqp.Framing;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>A training request as an AMQP message: durable, JSON in one data section.</summary>
internal static class TrainingMessage
{
    public static Message Encode(TrainingRequest request) => Json(request.MessageId, JsonSerializer.SerializeToUtf8Bytes(request, CoreJson.Compact.TrainingRequest));

    /// <summary>Any JSON as a message.</summary>
    public static Message Json(string messageId, byte[] json) => new()
    {
        Header = new Header { Durable = true },
        Properties = new Properties { MessageId = messageId, ContentType = "application/json" },
        BodySection = new Data { Binary = json },
    };

    /// <summary>The request, or null with what is wrong about the message.</summary>
    public static TrainingRequest? Decode(Message message, out string problem)
    {
        problem = "";
        try
        {
            var request = message.Body switch
            {
                byte[] utf8 => JsonSerializer.Deserialize(utf8, CoreJson.Compact.TrainingRequest),
                string text => JsonSerializer.Deserialize(text, CoreJson.Compact.TrainingRequest),
                _ => null,
            };
            if (!string.IsNullOrWhiteSpace(request?.RunId))
                return request;
            problem = "The body names no run: it must be JSON such as {\"run_id\":\"…\",\"model_name\":\"…\"}.";
        }
        catch (JsonException e)
        {
            problem = $"The body is not the JSON of a training request: {e.Message}";
        }

        return null;
    }
}
