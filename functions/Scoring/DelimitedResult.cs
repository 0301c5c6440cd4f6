using System.Buffers;
using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Datasets.Inputs;
using Pipeline.Core.Models;

namespace Pipeline.Functions.Scoring;

/// <summary>Delimited text: the columns of the file as they stand, then those of the answer, then <c>error</c>.</summary>
internal sealed class DelimitedResult(DelimitedForm form, IReadOnlyList<string> header, ModelManifest model, InboxOptions options) : ResultForm(model, options)
{
    private const string Label = "predicted_label", ScoreOfLabel = "predicted_score", Number = "predicted_value", Abstains = "abstains", Words = "words", Error = "error";

    /// <inheritdoc/>
    public override string ContentType => form.Delimiter == '\t' ? "text/tab-separated-values" : "text/csv";

    /// <inheritdoc/>
    public override string Extension => form.Delimiter == '\t' ? ".tsv" : ".csv";

    private bool HasAbstention => Model.Decisions?.AbstainBelow is not null;

    /// <inheritdoc/>
    public override void WriteHeader(IBufferWriter<byte> output)
    {
        var names = header.ToList();
        foreach (var name in Columns())
            names.Add(Free(name, names));
        form.WriteRecord(output, names);
        output.Write("\n"u8);
    }

    /// <inheritdoc/>
    public override void WriteRow(IBufferWriter<byte> output, RowAnswer answer)
    {
        output.Write(answer.Row.Original.Span);
        foreach (var field in Fields(answer))
        {
            form.WriteDelimiter(output);
            form.WriteField(output, field);
        }

        output.Write("\n"u8);
    }

    private IEnumerable<string> Columns() =>
    [
        .. Model.ProblemType == ProblemType.Regression ? [Number] : Labels(),
        .. HasAbstention ? [Abstains] : Array.Empty<string>(),
        .. Options.ExplainedWords is null ? Array.Empty<string>() : [Words],
        Error,
    ];

    private IEnumerable<string> Labels() =>
    [
        Label, ScoreOfLabel,
        .. Options.TopK is { } top
            ? Enumerable.Range(2, Math.Min(top, Model.Labels.Count) - 1).SelectMany(rank => new[] { $"{Label}_{rank}", $"{ScoreOfLabel}_{rank}" })
            : Model.Labels.Select(label => $"score_{label}"),
    ];

    private IEnumerable<string> Fields(RowAnswer answer)
    {
        if (answer.Row.Problem is { } problem)
            return [.. Columns().SkipLast(1).Select(_ => ""), $"{problem.Code} in line {answer.Row.Line}: {problem.Message}"];
        var ranked = answer.Ranked!;
        return
        [
            .. Model.ProblemType == ProblemType.Regression ? [Value(ranked[0].Score)] : Scores(answer),
            .. HasAbstention ? [ranked[0].Abstains == true ? "true" : "false"] : Array.Empty<string>(),
            .. Options.ExplainedWords is null ? Array.Empty<string>() : [WordsJson(answer)],
            "",
        ];
    }

    private IEnumerable<string> Scores(RowAnswer answer)
    {
        var ranked = answer.Ranked!;
        var given = answer.Given(Model, Options.Threshold).ToArray();
        yield return Model.ProblemType == ProblemType.MultiLabelClassification
            // In brackets, as ingest reads several labels from one column.
            ? JsonSerializer.Serialize(given.Select(s => s.Label!), FunctionsJson.Compact.IEnumerableString)
            : given[0].Label!;
        yield return given.Length == 0 ? "" : Score(given[0].Score);
        if (Options.TopK is { } top)
        {
            foreach (var next in ranked.Skip(1).Take(top - 1))
            {
                yield return next.Label!;
                yield return Score(next.Score);
            }

            yield break;
        }

        var scores = ranked.ToDictionary(s => s.Label!, s => s.Score);
        foreach (var label in Model.Labels)
            yield return Score(scores[label]);
    }

    // A result that is classified once more has such columns already.
    private static string Free(string name, List<string> taken) =>
        !taken.Contains(name) ? name : Enumerable.Range(2, taken.Count + 1).Select(n => $"{name}_{n}").First(n => !taken.Contains(n));
}
