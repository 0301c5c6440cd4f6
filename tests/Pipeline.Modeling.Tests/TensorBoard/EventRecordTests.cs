using System.Buffers.Binary;
using System.Text;
using Pipeline.Core.Runs;
using Pipeline.Trainer.TensorBoard;
using Tensorboard;

namespace Pipeline.Modeling.Tests.TensorBoard;

/// <summary>Records are read back with the classes that protoc made of TensorBoard's own schema; TorchSharp brings them.</summary>
public sealed class EventRecordTests
{
    private static readonly DateTimeOffset s_at = new(2026, 11, 26, 12, 0, 0, 500, TimeSpan.Zero);

    [Fact]
    public void The_checksum_is_the_published_one() =>
        Assert.Equal(0xE3069283, TfRecord.Crc32C("123456789"u8)); // RFC 3720's polynomial, check value of the CRC catalogue

    [Fact]
    public void A_record_is_framed_with_its_length_and_masked_checksums()
    {
        var record = TfRecord.Frame("abc"u8);

        Assert.Equal(19, record.Length);
        Assert.Equal(3ul, BinaryPrimitives.ReadUInt64LittleEndian(record));
        Assert.Equal("abc", Encoding.ASCII.GetString(record, 12, 3));
        // Masked as record_writer.h says: turned right by 15 bits, plus a constant. Undone here the other way round.
        Assert.Equal(TfRecord.Crc32C(record.AsSpan(0, 8)), Unmask(BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(8))));
        Assert.Equal(TfRecord.Crc32C("abc"u8), Unmask(BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(15))));
    }

    [Fact]
    public void The_first_record_says_which_version_the_file_has()
    {
        var e = Read(EventRecord.Version(s_at));

        Assert.Equal("brain.Event:2", e.FileVersion);
        Assert.Equal(s_at.ToUnixTimeMilliseconds() / 1e3, e.WallTime);
    }

    [Fact]
    public void Figures_have_a_step_a_time_and_a_name()
    {
        var e = Read(EventRecord.Scalars(s_at, 123_456, new Dictionary<string, double> { ["train/loss"] = 0.25, ["train/learning_rate"] = 1e-3 }));

        Assert.Equal(123_456, e.Step);
        Assert.Equal(s_at.ToUnixTimeMilliseconds() / 1e3, e.WallTime);
        Assert.Equal([("train/loss", 0.25f), ("train/learning_rate", 1e-3f)], e.Summary.Value.Select(v => (v.Tag, v.SimpleValue)));
    }

    [Fact]
    public void A_text_is_a_tensor_of_one_string_for_the_text_plugin()
    {
        var value = Read(EventRecord.Text(s_at, "args", "**é**")).Summary.Value.Single();

        Assert.Equal("args/text_summary", value.Tag);
        Assert.Equal("text", value.Metadata.PluginData.PluginName);
        Assert.Equal(DataType.DtString, value.Tensor.Dtype);
        Assert.Equal([1L], value.Tensor.TensorShape.Dim.Select(d => d.Size));
        Assert.Equal(["**é**"], value.Tensor.StringVal.Select(s => s.ToStringUtf8()));
    }

    [Fact]
    public void An_attempt_begins_with_a_session_at_its_first_step_so_that_steps_done_twice_are_shown_once()
    {
        var charts = new Charts();
        var records = new[] { Step(41), Step(42) }.SelectMany(charts.Of).Select(Read).ToArray();

        Assert.Equal(3, records.Length);
        Assert.Equal((SessionLog.Types.SessionStatus.Start, 41L), (records[0].SessionLog.Status, records[0].Step));
        Assert.Equal([41, 42], records[1..].Select(r => r.Step));

        static RunEvent Step(int step) => new() { At = s_at, Type = "step", Step = step, Metrics = new Dictionary<string, double> { ["loss"] = 1 } };
    }

    [Fact]
    public void Names_are_those_of_Hugging_Faces_Trainer()
    {
        Assert.Equal(["train/loss", "train/grad_norm", "train/epoch"], Tags("step", "loss", "grad_norm", "epoch"));
        Assert.Equal(
            ["train/epoch_loss", "train/epoch_seconds", "eval/runtime", "eval/loss", "eval/accuracy"],
            Tags("epoch", "epoch", "loss", "training_seconds", "evaluation_seconds", "validation_loss", "validation_accuracy"));
        Assert.Equal(["test/macro_f1"], Tags("evaluation", "test_macro_f1", "majority_class_test_macro_f1"));
        Assert.Empty(new Charts().Of(new RunEvent { At = s_at, Type = "memory", Metrics = new Dictionary<string, double> { ["parameters"] = 1 } }));

        static IEnumerable<string> Tags(string type, params string[] names) =>
            new Charts().Of(new RunEvent { At = s_at, Type = type, Step = 1, Metrics = names.ToDictionary(n => n, _ => 1.0) })
                .Select(Read).Where(e => e.Summary is not null).SelectMany(e => e.Summary.Value).Select(v => v.Tag);
    }

    private static Event Read(byte[] record) => Event.Parser.ParseFrom(record, 12, record.Length - 16);

    private static uint Unmask(uint masked)
    {
        var crc = masked - 0xA282EAD8;
        return (crc >> 17) | (crc << 15);
    }
}
