using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Metrics;
using Pipeline.Core.Runs;
using Pipeline.Core.Tokenization;
using Pipeline.Modeling;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Publishing;

/// <summary>Writes a version's files into a folder, but for the graphs of <see cref="OnnxExport"/>. The same run gives the same bytes, whichever attempt writes them.</summary>
internal static class ModelFolderWriter
{
    public static void Write(
        string folder, string tokenizerFolder, SequenceClassifier model, RunRecord run, TrainingArguments arguments, MetricsReport metrics)
    {
        model.SavePretrained(folder);
        HuggingFaceTokenizer.Save(folder, HuggingFaceTokenizer.Load(tokenizerFolder), arguments.MaxLength);
        WriteJson(Path.Combine(folder, "metrics.json"), metrics);
        WriteJson(Path.Combine(folder, "training_args.json"), arguments);
        File.WriteAllText(Path.Combine(folder, "README.md"), ModelCard.Write(run, arguments, metrics));
    }

    private static void WriteJson<T>(string path, T value) =>
        File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(value, PipelineJson.Indented));
}
