using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Datasets.Inputs;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;

namespace Pipeline.Functions.Scoring;

/// <summary>How a result is written down: each row as it came, and behind it what the model says.</summary>
internal abstract class ResultForm(ModelManifest model, InboxOptions options)
{
    // Scores of one text differ in the seventh digit with the texts that it happens to be computed with.
    private const int ScoreDigits = 6;

    /// <summary>The version.</summary>
    protected ModelManifest Model => model;

    /// <summary>The options.</summary>
    protected InboxOptions Options => options;

    /// <summary>The result's MIME type.</summary>
    public abstract string ContentType { get; }

    /// <summary>The ending of the result's name, where the file's own does not say it.</summary>
    public abstract string Extension { get; }

    /// <summary>Writes what stands before the rows.</summary>
    public abstract void WriteHeader(IBufferWriter<byte> output);

    /// <summary>Writes a row.</summary>
    public abstract void WriteRow(IBufferWriter<byte> output, RowAnswer answer);

    /// <summary>The form for a file.</summary>
    /// <exception cref="RunOptionsException">The options ask for one that the file cannot have.</exception>
    public static ResultForm Of(InputFile file, ModelManifest model, InboxOptions options)
    {
        if (file.Form is { } form)
            return new DelimitedResult(form, file.Header, model, options);
        return options.Format != ResultFormat.Csv
            ? new JsonLinesResult(model, options)
            : throw new RunOptionsException(
                "the options", [new OptionProblem("format", null, "'format' is 'csv', but rows of this file may have any properties; 'csv' is for .csv, .tsv and other delimited text. Leave it out.")]);
    }

    /// <summary>The result's name in the container <c>outbox</c>: the file's own, with what it is written as behind it where that is something else.</summary>
    public string NameOf(DatasetFile file) =>
        !file.IsGzipped && (this, file.Format) is (DelimitedResult, DatasetFormat.Csv or DatasetFormat.Tsv) or (JsonLinesResult, DatasetFormat.Jsonl)
            ? file.Blob
            : file.Blob + Extension;

    /// <summary>The words that moved the scores of the labels that are given, as JSON: a list, or of a model of several labels a list for each.</summary>
    protected string WordsJson(RowAnswer answer) => model.ProblemType == ProblemType.MultiLabelClassification
        ? JsonSerializer.Serialize(answer.Given(model, options.Threshold).ToDictionary(s => s.Label!, s => s.Words!), FunctionsJson.Compact.DictionaryStringIReadOnlyListWordWeight)
        : JsonSerializer.Serialize(answer.Ranked![0].Words!, FunctionsJson.Compact.IReadOnlyListWordWeight);

    /// <summary>A probability as it is written.</summary>
    protected static string Score(float score) => Math.Round(score, ScoreDigits).ToString("0.######", CultureInfo.InvariantCulture);

    /// <summary>A number of a regression as it is written.</summary>
    protected static string Value(float value) => value.ToString("G7", CultureInfo.InvariantCulture);
}
