using System.Globalization;
using System.Text.Json;

namespace Pipeline.Core.Tokenization;

/// <summary>
/// What <c>special_tokens_map.json</c>, <c>tokenizer_config.json</c> and <c>config.json</c> say of a tokenizer. Each may be
/// missing; the later one wins, as in Hugging Face.
/// </summary>
internal sealed class TokenizerConfigFiles
{
    private static readonly string[] RoleNames = ["bos_token", "eos_token", "unk_token", "sep_token", "cls_token", "pad_token", "mask_token"];

    /// <summary>Which token plays which part.</summary>
    public Dictionary<string, string> Roles { get; } = [];

    /// <summary>Tokens named with their ids (<c>added_tokens_decoder</c>).</summary>
    public Dictionary<string, AddedToken> AddedTokens { get; } = [];

    /// <summary>The tokenizer's class, or what the model's type implies; null where no file says.</summary>
    public string? TokenizerClass { get; private set; }

    /// <summary>BERT's options; null where the file does not say.</summary>
    public bool? DoLowerCase { get; private set; }

    /// <inheritdoc cref="DoLowerCase"/>
    public bool? StripAccents { get; private set; }

    /// <inheritdoc cref="DoLowerCase"/>
    public bool? TokenizeChineseChars { get; private set; }

    /// <summary>Reads the files of a folder.</summary>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    /// <exception cref="NotSupportedException">A file sets something that would change the ids and is not supported.</exception>
    public static TokenizerConfigFiles Read(string directory)
    {
        var files = new TokenizerConfigFiles();
        if (JsonFile.FindObject(Path.Combine(directory, "special_tokens_map.json")) is { } map)
            files.ReadRoles(map);
        var path = Path.Combine(directory, "tokenizer_config.json");
        if (JsonFile.FindObject(path) is { } config)
            files.ReadConfig(path, config);
        if (files.TokenizerClass is null && JsonFile.FindObject(Path.Combine(directory, "config.json")) is { } model)
            files.TokenizerClass = TokenizerClasses.OfModelType(JsonFile.Text(model, "model_type"));
        return files;
    }

    private void ReadConfig(string path, JsonElement config)
    {
        try
        {
            ReadRoles(config);
            // The class without a name of its own says nothing of the family.
            if (JsonFile.Text(config, "tokenizer_class") is { } name && TokenizerClasses.Plain(name) is var plain && plain != "PreTrainedTokenizer")
                TokenizerClass = plain;
            DoLowerCase = JsonFile.Flag(config, "do_lower_case");
            StripAccents = JsonFile.Flag(config, "strip_accents");
            TokenizeChineseChars = JsonFile.Flag(config, "tokenize_chinese_chars");
            if (JsonFile.Flag(config, "add_prefix_space") == true)
                throw new NotSupportedException($"{path}: a space is put before the text (add_prefix_space), which is not supported.");
            if (JsonFile.Flag(config, "add_bos_token") == true)
                throw new NotSupportedException($"{path}: a token is put before the text (add_bos_token), which is not supported.");
            if (config.TryGetProperty("added_tokens_decoder", out var decoder))
            {
                foreach (var entry in decoder.EnumerateObject())
                {
                    var token = AddedTokenJson.Read(path, entry.Value, int.Parse(entry.Name, CultureInfo.InvariantCulture));
                    AddedTokens[token.Content] = token;
                }
            }
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new InvalidDataException($"{path} is not as Hugging Face writes it: {e.Message}", e);
        }
    }

    // A token is written as a string or as an object around it.
    private void ReadRoles(JsonElement json)
    {
        foreach (var role in RoleNames)
        {
            var value = JsonFile.Optional(json, role);
            if ((value is { ValueKind: JsonValueKind.Object } token ? JsonFile.Text(token, "content") : JsonFile.Text(json, role)) is { } content)
                Roles[role] = content;
        }
    }
}
