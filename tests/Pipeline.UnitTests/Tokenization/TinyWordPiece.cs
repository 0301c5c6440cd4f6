using Pipeline.Core.Tokenization;

namespace Pipeline.UnitTests.Tokenization;

/// <summary>WordPiece tokenizers of a few tokens.</summary>
internal static class TinyWordPiece
{
    private static readonly string[] Special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    /// <summary>Five special tokens, then these.</summary>
    public static WordPieceTokenizer Of(IReadOnlyList<string> tokens, BertNormalization normalization) =>
        Of(tokens.Index().ToDictionary(t => t.Item, t => t.Index + Special.Length), normalization);

    /// <summary>These tokens, and special ones at the ids from 0 or where none is free, after all others.</summary>
    public static WordPieceTokenizer Of(Dictionary<string, int> tokens, BertNormalization normalization, params AddedToken[] added)
    {
        var all = new Dictionary<string, int>(tokens);
        var free = tokens.Values.Any(id => id < Special.Length) ? tokens.Values.Max() + 1 : 0;
        foreach (var token in Special)
            all.TryAdd(token, free++);
        return new WordPieceTokenizer(new WordPieceVocabulary
        {
            Tokens = all,
            Normalization = normalization,
            Settings = new TokenizerSettings
            {
                TokenizerClass = "BertTokenizer",
                AddedTokens = [.. Special.Select(t => new AddedToken(t, all[t])), .. added],
                Roles = new Dictionary<string, string>
                {
                    ["unk_token"] = "[UNK]", ["sep_token"] = "[SEP]", ["pad_token"] = "[PAD]", ["cls_token"] = "[CLS]", ["mask_token"] = "[MASK]",
                },
                Template = SpecialTokenTemplate.Bert(all["[CLS]"], all["[SEP]"]),
            },
        });
    }
}
