using System.Text.Json;
using Pipeline.Core.Datasets.Reading;

namespace Pipeline.Core.Datasets.Inputs;

/// <summary>Rows of a Parquet file that are to be classified, each with all its columns as a JSON object.</summary>
internal static class ParquetInputs
{
    /// <summary>Reads the rows.</summary>
    public static IEnumerable<InputRow> Read(ParquetRows parquet, ReadingPlan plan, InputChecks checks)
    {
        (JsonEncodedText Name, bool IsPlain)[] columns = [.. parquet.Columns.Select(c => (JsonEncodedText.Encode(c.Name, PipelineJson.Encoder), parquet.IsPlainValue(c)))];
        long number = 0;
        foreach (var cells in parquet.ReadAll())
        {
            number++;
            var text = plan.Text.Count == 1 ? cells[plan.Text[0].Index].Text : JoinedText.Of(plan.Text.Select(c => cells[c.Index].Text));
            yield return checks.Row(number, number, Json(columns, cells), text, plan.Pair is { } pair ? cells[pair.Index].Text : null);
        }
    }

    private static byte[] Json((JsonEncodedText Name, bool IsPlain)[] columns, Cell[] cells)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = PipelineJson.Encoder, SkipValidation = true }))
        {
            writer.WriteStartObject();
            for (var i = 0; i < cells.Length; i++)
            {
                writer.WritePropertyName(columns[i].Name);
                if (cells[i].List is { } list)
                {
                    writer.WriteStartArray();
                    foreach (var item in list)
                        Value(writer, item, columns[i].IsPlain);
                    writer.WriteEndArray();
                }
                else
                {
                    Value(writer, cells[i].Text, columns[i].IsPlain);
                }
            }

            writer.WriteEndObject();
        }

        return json.ToArray();
    }

    // A number that is not finite has no form in JSON but a text.
    private static void Value(Utf8JsonWriter writer, string? value, bool isPlain)
    {
        if (value is null)
            writer.WriteNullValue();
        else if (isPlain && value is "true" or "false" or [.., >= '0' and <= '9'])
            writer.WriteRawValue(value, skipInputValidation: true);
        else
            writer.WriteStringValue(value);
    }
}
