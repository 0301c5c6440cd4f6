using System.Buffers;
using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Models;

namespace Pipeline.Functions.Scoring;

/// <summary>JSON Lines: each row's own properties, then <c>prediction</c>, or <c>error</c> where it could not be classified.</summary>
internal sealed class JsonLinesResult(ModelManifest model, InboxOptions options) : ResultForm(model, options)
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = PipelineJson.Encoder, SkipValidation = true };

    /// <inheritdoc/>
    public override string ContentType => "application/x-ndjson";

    /// <inheritdoc/>
    public override string Extension => ".jsonl";

    /// <inheritdoc/>
    public override void WriteHeader(IBufferWriter<byte> output)
    {
    }

    /// <inheritdoc/>
    public override void WriteRow(IBufferWriter<byte> output, RowAnswer answer)
    {
        WriteOriginal(output, answer.Row.Original.Span);
        using (var json = new Utf8JsonWriter(output, Writing))
        {
            json.WriteStartObject();
            if (answer.Row.Problem is { } problem)
            {
                json.WriteString("code", problem.Code);
                json.WriteString("message", problem.Message);
                json.WriteNumber("line", answer.Row.Line);
            }
            else
            {
                WritePrediction(json, answer);
            }

            json.WriteEndObject();
        }

        output.Write("}\n"u8);

        void WriteOriginal(IBufferWriter<byte> to, ReadOnlySpan<byte> original)
        {
            to.Write("{"u8);
            if (OwnProperties(to, original))
                to.Write(","u8);
            to.Write(answer.Row.Problem is null ? "\"prediction\":"u8 : "\"error\":"u8);
        }
    }

    private void WritePrediction(Utf8JsonWriter json, RowAnswer answer)
    {
        var ranked = answer.Ranked!;
        if (Model.ProblemType == ProblemType.Regression)
        {
            json.WritePropertyName("value");
            json.WriteRawValue(float.IsFinite(ranked[0].Score) ? Value(ranked[0].Score) : "null");
            WriteWords();
            return;
        }

        var given = answer.Given(Model, Options.Threshold).ToArray();
        if (Model.ProblemType == ProblemType.MultiLabelClassification)
        {
            json.WriteStartArray("labels");
            foreach (var label in given)
                json.WriteStringValue(label.Label);
            json.WriteEndArray();
        }
        else
        {
            json.WriteString("label", given[0].Label);
            json.WritePropertyName("score");
            json.WriteRawValue(Score(given[0].Score));
        }

        if (ranked[0].Abstains is { } abstains)
            json.WriteBoolean("abstains", abstains);
        json.WriteStartObject("scores");
        foreach (var score in ranked.Take(Options.TopK ?? ranked.Count))
        {
            json.WritePropertyName(score.Label!);
            json.WriteRawValue(Score(score.Score));
        }

        json.WriteEndObject();
        WriteWords();

        void WriteWords()
        {
            if (Options.ExplainedWords is null)
                return;
            json.WritePropertyName("words");
            json.WriteRawValue(WordsJson(answer));
        }
    }

    // As they stand, but for line breaks between them, and for those whose names the answer takes.
    private static bool OwnProperties(IBufferWriter<byte> output, ReadOnlySpan<byte> original)
    {
        var reader = new Utf8JsonReader(original);
        reader.Read();
        var any = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isTaken = reader.ValueTextEquals("prediction"u8) || reader.ValueTextEquals("error"u8);
            var start = (int)reader.TokenStartIndex;
            reader.Read();
            reader.Skip();
            if (isTaken)
                continue;
            if (any)
                output.Write(","u8);
            any = true;
            WriteOnOneLine(output, original[start..(int)reader.BytesConsumed]);
        }

        return any;
    }

    // In valid JSON a line break stands only between tokens.
    private static void WriteOnOneLine(IBufferWriter<byte> output, ReadOnlySpan<byte> json)
    {
        for (var end = json.IndexOfAny((byte)'\n', (byte)'\r'); end >= 0; end = json.IndexOfAny((byte)'\n', (byte)'\r'))
        {
            output.Write(json[..end]);
            json = json[(end + 1)..];
        }

        output.Write(json);
    }
}
