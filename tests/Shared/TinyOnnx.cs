using System.Runtime.InteropServices;
using System.Text;

namespace Pipeline.Tests.Shared;

/// <summary>
/// Writes a bag-of-words classifier in the ONNX format, by hand: <c>logits[b] = Σ table[input_ids[b, s]] · attention_mask[b, s]</c>.
/// Small enough to be told by heart, with the inputs and the output of an exported transformer. Field numbers are those of onnx.proto3.
/// </summary>
internal static class TinyOnnx
{
    private const int Float = 1;
    private const int Int64 = 7;

    /// <summary>The model as the bytes of an <c>.onnx</c> file.</summary>
    /// <param name="table"><c>[vocabulary, labels]</c>: what a token adds to each label's logit.</param>
    /// <param name="withTokenTypes">Whether there is an input <c>token_type_ids</c>, with 1 for tokens that count double.</param>
    public static byte[] BagOfWords(float[,] table, bool withTokenTypes = false)
    {
        var (vocabulary, labels) = (table.GetLength(0), table.GetLength(1));
        var weights = MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref table[0, 0], table.Length)).ToArray();
        var graph = new Message()
            .Add(1, Node("Gather", ["table", "input_ids"], "rows"))
            .Add(1, withTokenTypes
                ? Node("Add", ["token_type_ids", "attention_mask"], "weight")
                : Node("Identity", ["attention_mask"], "weight"))
            .Add(1, Node("Cast", ["weight"], "mask").Add(5, new Message().Add(1, "to").Add(3, Float).Add(20, 2)))
            .Add(1, Node("Unsqueeze", ["mask", "last_axis"], "column"))
            .Add(1, Node("Mul", ["rows", "column"], "read"))
            .Add(1, Node("ReduceSum", ["read", "sequence_axis"], "logits").Add(5, new Message().Add(1, "keepdims").Add(3, 0).Add(20, 2)))
            .Add(2, "bag-of-words")
            .Add(5, Tensor("table", Float, [vocabulary, labels], weights))
            .Add(5, Tensor("last_axis", Int64, [1], BitConverter.GetBytes(2L)))
            .Add(5, Tensor("sequence_axis", Int64, [1], BitConverter.GetBytes(1L)))
            .Add(11, Value("input_ids", Int64, "batch", "sequence"))
            .Add(11, Value("attention_mask", Int64, "batch", "sequence"))
            .AddIf(withTokenTypes, 11, Value("token_type_ids", Int64, "batch", "sequence"))
            .Add(12, Value("logits", Float, "batch", labels));
        return new Message().Add(1, 8).Add(7, graph).Add(8, new Message().Add(1, "").Add(2, 13)).ToArray();
    }

    private static Message Node(string type, string[] inputs, string output)
    {
        var node = new Message();
        foreach (var input in inputs)
            node.Add(1, input);
        return node.Add(2, output).Add(4, type);
    }

    private static Message Tensor(string name, int type, long[] shape, byte[] data)
    {
        var tensor = new Message();
        foreach (var dimension in shape)
            tensor.Add(1, dimension);
        return tensor.Add(2, type).Add(8, name).Add(9, data);
    }

    private static Message Value(string name, int type, params object[] shape)
    {
        var dimensions = new Message();
        foreach (var dimension in shape)
            dimensions.Add(1, dimension is string open ? new Message().Add(2, open) : new Message().Add(1, (int)dimension));
        return new Message().Add(1, name).Add(2, new Message().Add(1, new Message().Add(1, type).Add(2, dimensions)));
    }

    private sealed class Message
    {
        private readonly MemoryStream _bytes = new();

        public Message Add(int field, long value)
        {
            Varint((ulong)field << 3);
            Varint((ulong)value);
            return this;
        }

        public Message Add(int field, byte[] value)
        {
            Varint((ulong)field << 3 | 2);
            Varint((ulong)value.Length);
            _bytes.Write(value);
            return this;
        }

        public Message Add(int field, string value) => Add(field, Encoding.UTF8.GetBytes(value));

        public Message Add(int field, Message value) => Add(field, value.ToArray());

        public Message AddIf(bool condition, int field, Message value) => condition ? Add(field, value) : this;

        public byte[] ToArray() => _bytes.ToArray();

        private void Varint(ulong value)
        {
            for (; value >= 0x80; value >>= 7)
                _bytes.WriteByte((byte)(value | 0x80));
            _bytes.WriteByte((byte)value);
        }
    }
}
