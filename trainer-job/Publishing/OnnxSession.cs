using Microsoft.ML.OnnxRuntime;
using Pipeline.Core;
using Pipeline.Trainer.Data;

namespace Pipeline.Trainer.Publishing;

/// <summary>An exported graph in ONNX Runtime, as serving will run it.</summary>
internal sealed class OnnxSession : IDisposable
{
    private readonly InferenceSession _session;

    public OnnxSession(string path, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, EnableMemoryPattern = false };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry(Int8Processor.QuantPrecisionSetting, Int8Processor.QuantPrecision);
        _session = new InferenceSession(path, options);
    }

    /// <summary>The logits of a batch, row by row.</summary>
    public float[] Run(Batch batch)
    {
        long[] shape = [batch.Size, batch.Sequence];
        OrtValue[] inputs = [.. _session.InputNames.Select(name => OrtValue.CreateTensorValueFromMemory(Values(batch, name), shape))];
        try
        {
            using var options = new RunOptions();
            using var outputs = _session.Run(options, _session.InputNames, inputs, _session.OutputNames);
            return outputs[0].GetTensorDataAsSpan<float>().ToArray();
        }
        finally
        {
            foreach (var input in inputs)
                input.Dispose();
        }
    }

    public void Dispose() => _session.Dispose();

    private static long[] Values(Batch batch, string input) => input switch
    {
        "input_ids" => batch.InputIds,
        "attention_mask" => [.. batch.Lengths.SelectMany(length => Enumerable.Range(0, batch.Sequence).Select(i => i < length ? 1L : 0L))],
        "token_type_ids" => batch.TokenTypeIds ?? new long[batch.InputIds.Length],
        _ => throw new InvalidDataException($"The graph has an input '{input}', which nothing gives."),
    };
}
