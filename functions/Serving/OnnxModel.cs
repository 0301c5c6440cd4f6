using Microsoft.ML.OnnxRuntime;
using Pipeline.Core;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace Pipeline.Functions.Serving;

/// <summary>
/// An exported model in ONNX Runtime: <c>input_ids</c>, <c>attention_mask</c> and, where the family has them, <c>token_type_ids</c> in,
/// <c>logits</c> out.
/// </summary>
internal sealed class OnnxModel : ITextModel
{
    private const string InputIds = "input_ids", AttentionMask = "attention_mask", TokenTypeIds = "token_type_ids";

    private static readonly string[] Outputs = ["logits"];

    private readonly InferenceSession _session;

    private OnnxModel(InferenceSession session) => _session = session;

    /// <summary>Loads a model.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    /// <param name="labels">Logits that it must give per text.</param>
    /// <param name="threads">Threads of a run; 0: one for each core.</param>
    /// <param name="prepack">Whether to arrange the weights as the processor likes them: runs are faster by a fifth or so, and the load takes many times longer.</param>
    /// <exception cref="InvalidDataException">The file is no such model.</exception>
    public static OnnxModel Load(string path, int labels, int threads, bool prepack = true)
    {
        try
        {
            using var options = Options(threads, prepack);
            var session = new InferenceSession(path, options);
            try
            {
                RequireShape(session, path, labels);
                return new OnnxModel(session);
            }
            catch
            {
                session.Dispose();
                throw;
            }
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException($"'{path}' cannot be loaded: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public float[][] Run(PaddedBatch batch)
    {
        using var options = new RunOptions();
        long[] shape = [batch.Rows, batch.Length];
        OrtValue[] inputs = [.. _session.InputNames.Select(name => OrtValue.CreateTensorValueFromMemory(Values(batch, name), shape))];
        try
        {
            using var outputs = _session.Run(options, _session.InputNames, inputs, Outputs);
            var logits = outputs[0].GetTensorDataAsSpan<float>();
            var labels = logits.Length / batch.Rows;
            var rows = new float[batch.Rows][];
            for (var row = 0; row < batch.Rows; row++)
                rows[row] = logits.Slice(row * labels, labels).ToArray();
            return rows;
        }
        finally
        {
            foreach (var input in inputs)
                input.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static SessionOptions Options(int threads, bool prepack)
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = threads > 0 ? threads : Environment.ProcessorCount,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            // Plans memory for one shape; ours differ from call to call.
            EnableMemoryPattern = false,
        };
        // Waiting threads sleep instead of spinning: the cores are shared with tokenizing and HTTP.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.disable_prepacking", prepack ? "0" : "1");
        options.AddSessionConfigEntry(Int8Processor.QuantPrecisionSetting, Int8Processor.QuantPrecision);
        return options;
    }

    private static long[] Values(PaddedBatch batch, string input) => input switch
    {
        InputIds => batch.InputIds,
        AttentionMask => batch.AttentionMask,
        _ => batch.TokenTypeIds,
    };

    private static void RequireShape(InferenceSession session, string path, int labels)
    {
        if (new[] { InputIds, AttentionMask }.FirstOrDefault(i => !session.InputMetadata.ContainsKey(i)) is { } missing)
            throw new InvalidDataException($"'{path}' has no input '{missing}'; it has {string.Join(", ", session.InputNames)}.");
        if (session.InputNames.FirstOrDefault(i => i is not (InputIds or AttentionMask or TokenTypeIds)) is { } unknown)
            throw new InvalidDataException($"'{path}' has an input '{unknown}', which nothing here gives.");
        if (!session.OutputMetadata.TryGetValue(Outputs[0], out var logits))
            throw new InvalidDataException($"'{path}' has no output '{Outputs[0]}'; it has {string.Join(", ", session.OutputNames)}.");
        // A dimension that is open in the graph is -1 here.
        if (logits.Dimensions is not [_, var count] || (count >= 0 && count != labels))
            throw new InvalidDataException($"'{path}' gives logits of shape [{string.Join(", ", logits.Dimensions)}], not [batch, {labels}] as its manifest says.");
    }
}
