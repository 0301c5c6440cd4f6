using Pipeline.Core.Protobuf;

namespace Pipeline.Modeling.Onnx;

/// <summary>
/// A model on disk: a file and its weights in <c>{file}.data</c>, or one file where it is small. Weights outside are mapped into memory by
/// who loads the model; those inside have to be parsed and copied, and protobuf ends at 2 GB.
/// </summary>
/// <param name="header">The fields of <c>ModelProto</c> before the graph.</param>
/// <param name="graph">The fields of <c>GraphProto</c> but the constants.</param>
/// <param name="constants">The graph's constants.</param>
internal sealed class OnnxFile(ProtoMessage header, ProtoMessage graph, IReadOnlyList<OnnxInitializer> constants)
{
    public const string WeightsSuffix = ".data";

    /// <summary>Bytes of a model that is one file, at most.</summary>
    public const long Largest = 1 << 20;

    private const int InitializerField = 5, GraphField = 7;
    private const long Alignment = 4096; // of weights outside, so that they can be mapped into memory

    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="largest">Bytes that one file may have.</param>
    public void Write(string path, long largest)
    {
        string weights = path + WeightsSuffix;
        File.Delete(weights);
        byte[][] heads = [.. constants.Select(c => c.HeadOfInline())];
        if (header.Bytes.Length + graph.Bytes.Length + heads.Zip(constants).Sum(c => c.First.Length + c.Second.ValuesLength + 16) <= largest)
        {
            Write(path, heads, constants);
            return;
        }

        using var outside = File.Create(weights);
        byte[][] messages = [.. constants.Select((c, i) => c.CanStandOutside ? Append(outside, c) : heads[i])];
        Write(path, messages, [.. constants.Select(c => c.CanStandOutside ? null : c)]);
    }

    /// <summary>Writes the file; a constant that is null stands outside, and its message is whole.</summary>
    private void Write(string path, byte[][] messages, IReadOnlyList<OnnxInitializer?> inline)
    {
        long[] lengths = [.. messages.Zip(inline, (m, c) => m.Length + (c?.ValuesLength ?? 0))];
        byte[][] frames = [.. lengths.Select(l => new ProtoMessage().Head(InitializerField, l).Bytes.ToArray())];
        using var file = File.Create(path);
        file.Write(header.Bytes);
        file.Write(new ProtoMessage().Head(GraphField, graph.Bytes.Length + frames.Sum(f => (long)f.Length) + lengths.Sum()).Bytes);
        file.Write(graph.Bytes);
        for (int i = 0; i < messages.Length; i++)
        {
            file.Write(frames[i]);
            file.Write(messages[i]);
            inline[i]?.WriteValues(file);
        }
    }

    private static byte[] Append(FileStream file, OnnxInitializer constant)
    {
        file.Position = (file.Position + Alignment - 1) / Alignment * Alignment;
        long offset = file.Position;
        constant.WriteValues(file);
        return constant.Outside(Path.GetFileName(file.Name), offset);
    }
}
