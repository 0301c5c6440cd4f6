using System.Text.Json;

namespace Pipeline.Core.Tokenization;

/// <summary>The <c>post_processor</c> of a <c>tokenizer.json</c>: where special tokens stand.</summary>
internal static class TemplateJson
{
    /// <summary>Reads <c>TemplateProcessing</c>, <c>BertProcessing</c>, <c>RobertaProcessing</c>, <c>ByteLevel</c>, or a sequence of those.</summary>
    /// <returns>The template; null where it adds no token.</returns>
    /// <exception cref="NotSupportedException">It does something else.</exception>
    public static SpecialTokenTemplate? Read(string path, JsonElement? processor, SettingsReader settings)
    {
        var hasTypes = TokenizerClasses.HasTokenTypes(settings.TokenizerClass);
        switch (JsonFile.TypeOf(processor))
        {
            case null when processor is null:
            // It sets offsets right and leaves the ids alone.
            case "ByteLevel":
                return null;
            case "BertProcessing":
                return SpecialTokenTemplate.Bert(IdIn("cls"), IdIn("sep"), hasTypes);
            case "RobertaProcessing":
                return SpecialTokenTemplate.Roberta(IdIn("cls"), IdIn("sep"));
            case "Sequence":
                var parts = processor!.Value.GetProperty("processors").EnumerateArray().Select(p => Read(path, p, settings)).OfType<SpecialTokenTemplate>().ToList();
                return parts.Count <= 1 ? parts.FirstOrDefault() : throw new NotSupportedException($"{path}: several post-processors add special tokens.");
            case "TemplateProcessing":
                var ids = processor!.Value.GetProperty("special_tokens").EnumerateObject()
                    .ToDictionary(t => t.Name, t => t.Value.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray());
                var single = Pieces(processor.Value.GetProperty("single"), ids);
                var separator = single.LastOrDefault(p => p.Slot == TemplateSlot.Token, TemplatePiece.Token(-1)).TokenId;
                return new SpecialTokenTemplate(
                    single,
                    Pieces(processor.Value.GetProperty("pair"), ids),
                    separator >= 0 ? separator : settings.IdOfFirst("sep_token", "eos_token", "bos_token", "unk_token"),
                    hasTypes);
            case var other:
                throw new NotSupportedException($"{path}: its post-processor is {other ?? "unnamed"}, which is not supported.");
        }

        int IdIn(string name) => processor!.Value.GetProperty(name)[1].GetInt32();
    }

    /// <summary>Writes a template, and with it its pair, so that Hugging Face's <c>tokenizers</c> puts the same tokens at the same places.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="template">What.</param>
    /// <param name="nameOf">The text of a token.</param>
    public static void Write(Utf8JsonWriter json, SpecialTokenTemplate template, Func<int, string> nameOf)
    {
        json.WriteStartObject("post_processor");
        json.WriteString("type", "TemplateProcessing");
        WritePieces("single", template.Single);
        WritePieces("pair", template.Pair);
        json.WriteStartObject("special_tokens");
        foreach (var id in template.Single.Concat(template.Pair).Where(p => p.Slot == TemplateSlot.Token).Select(p => p.TokenId).Distinct())
        {
            json.WriteStartObject(nameOf(id));
            json.WriteString("id", nameOf(id));
            json.WriteStartArray("ids");
            json.WriteNumberValue(id);
            json.WriteEndArray();
            json.WriteStartArray("tokens");
            json.WriteStringValue(nameOf(id));
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();

        void WritePieces(string name, IEnumerable<TemplatePiece> pieces)
        {
            json.WriteStartArray(name);
            foreach (var piece in pieces)
            {
                json.WriteStartObject();
                json.WriteStartObject(piece.Slot == TemplateSlot.Token ? "SpecialToken" : "Sequence");
                json.WriteString("id", piece.Slot switch { TemplateSlot.Text => "A", TemplateSlot.Pair => "B", _ => nameOf(piece.TokenId) });
                json.WriteNumber("type_id", piece.TypeId);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    private static IReadOnlyList<TemplatePiece> Pieces(JsonElement pieces, Dictionary<string, int[]> ids) =>
        [.. pieces.EnumerateArray().SelectMany(piece =>
        {
            if (JsonFile.Optional(piece, "Sequence") is { } sequence)
                return (IEnumerable<TemplatePiece>)[sequence.GetProperty("id").GetString() == "A" ? TemplatePiece.Text(Type(sequence)) : TemplatePiece.Pair(Type(sequence))];
            var token = piece.GetProperty("SpecialToken");
            return ids[token.GetProperty("id").GetString()!].Select(id => TemplatePiece.Token(id, Type(token)));
        })];

    private static int Type(JsonElement piece) => piece.GetProperty("type_id").GetInt32();
}
