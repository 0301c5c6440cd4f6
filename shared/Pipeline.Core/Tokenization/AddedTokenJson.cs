using System.Text.Json;

namespace Pipeline.Core.Tokenization;

/// <summary>An added token as <c>tokenizer.json</c> and <c>tokenizer_config.json</c> write it.</summary>
internal static class AddedTokenJson
{
    /// <exception cref="NotSupportedException">It is found in a way that is not supported.</exception>
    public static AddedToken Read(string path, JsonElement json, int id)
    {
        var content = json.GetProperty("content").GetString()!;
        if (JsonFile.Flag(json, "single_word") == true)
            throw new NotSupportedException($"{path}: the added token '{content}' counts only as a word of its own (single_word), which is not supported.");
        return new AddedToken(content, id)
        {
            LStrip = JsonFile.Flag(json, "lstrip") ?? false,
            RStrip = JsonFile.Flag(json, "rstrip") ?? false,
            Special = JsonFile.Flag(json, "special") ?? false,
            Normalized = JsonFile.Flag(json, "normalized") ?? false,
        };
    }

    /// <summary>The members of a token, in the order of Hugging Face.</summary>
    public static Dictionary<string, object> Members(AddedToken token) => new()
    {
        ["content"] = token.Content,
        ["single_word"] = false,
        ["lstrip"] = token.LStrip,
        ["rstrip"] = token.RStrip,
        ["normalized"] = token.Normalized,
        ["special"] = token.Special,
    };
}
