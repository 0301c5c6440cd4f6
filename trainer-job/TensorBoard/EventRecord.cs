using Pipeline.Core.Protobuf;

namespace Pipeline.Trainer.TensorBoard;

/// <summary>
/// Records of a TensorBoard event file, by the field numbers of TensorBoard's <c>event.proto</c>, <c>summary.proto</c> and
/// <c>tensor.proto</c>.
/// </summary>
internal static class EventRecord
{
    private const int StringType = 7; // DT_STRING
    private const int TensorData = 2; // DATA_CLASS_TENSOR

    /// <summary>The first record of a file.</summary>
    public static byte[] Version(DateTimeOffset at) => TfRecord.Frame(Event(at, step: 0).Text(3, "brain.Event:2").Bytes);

    /// <summary>Says that a session begins: what an earlier file has of this step and later ones is passed over.</summary>
    public static byte[] Start(DateTimeOffset at, long step)
    {
        var session = new ProtoMessage().Integer(1, 1); // status: START
        return TfRecord.Frame(Event(at, step).Message(7, session).Bytes);
    }

    /// <summary>Figures of a step.</summary>
    public static byte[] Scalars(DateTimeOffset at, long step, IEnumerable<KeyValuePair<string, double>> figures)
    {
        var summary = new ProtoMessage();
        foreach (var (tag, value) in figures)
            summary.Message(1, new ProtoMessage().Text(1, tag).Real(2, (float)value));
        return TfRecord.Frame(Event(at, step).Message(5, summary).Bytes);
    }

    /// <summary>A text in Markdown.</summary>
    public static byte[] Text(DateTimeOffset at, string tag, string markdown)
    {
        var shape = new ProtoMessage().Message(2, new ProtoMessage().Integer(1, 1)); // one element
        var tensor = new ProtoMessage().Integer(1, StringType).Message(2, shape).Text(8, markdown);
        var metadata = new ProtoMessage().Message(1, new ProtoMessage().Text(1, "text")).Integer(4, TensorData);
        var value = new ProtoMessage().Text(1, tag + "/text_summary").Message(8, tensor).Message(9, metadata);
        return TfRecord.Frame(Event(at, step: 0).Message(5, new ProtoMessage().Message(1, value)).Bytes);
    }

    private static ProtoMessage Event(DateTimeOffset at, long step) =>
        new ProtoMessage().Double(1, (at - DateTimeOffset.UnixEpoch).TotalSeconds).Integer(2, step);
}
