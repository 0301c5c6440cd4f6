using System.Globalization;

namespace Pipeline.Core.Tokenization;

/// <summary>Writes <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c>.</summary>
internal static class TokenizerConfigWriter
{
    public static void Write(string directory, TokenizerSettings settings, int modelMaxLength, IEnumerable<KeyValuePair<string, object>> family)
    {
        JsonFile.Write(Path.Combine(directory, "special_tokens_map.json"), settings.Roles, CoreJson.Indented.IReadOnlyDictionaryStringString);

        var config = new SortedDictionary<string, object>(StringComparer.Ordinal)
        {
            // Old clean-up of spaces before punctuation would make decoding lossy.
            ["clean_up_tokenization_spaces"] = false,
            ["model_max_length"] = modelMaxLength,
            ["tokenizer_class"] = settings.TokenizerClass,
            ["padding_side"] = "right",
            ["added_tokens_decoder"] = settings.AddedTokens.ToDictionary(t => t.Id.ToString(CultureInfo.InvariantCulture), AddedTokenJson.Members),
        };
        foreach (var (name, value) in settings.Roles.Select(r => KeyValuePair.Create(r.Key, (object)r.Value)).Concat(family))
            config[name] = value;
        JsonFile.Write(Path.Combine(directory, "tokenizer_config.json"), config, CoreJson.Indented.SortedDictionaryStringObject);
    }
}
