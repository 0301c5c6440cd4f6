namespace Pipeline.Core.Tokenization;

/// <summary>Puts together what a folder says of a tokenizer besides its vocabulary, with the defaults of each family.</summary>
internal sealed class SettingsReader
{
    private const string EndOfText = "<|endoftext|>";

    private readonly string _directory;
    private readonly IReadOnlyDictionary<string, int> _tokens;
    private readonly Dictionary<string, AddedToken> _added = [];
    private readonly Dictionary<string, string> _roles;

    /// <param name="directory">Named in errors.</param>
    /// <param name="tokens">The vocabulary.</param>
    /// <param name="config">What the small files say.</param>
    /// <param name="added">What <c>tokenizer.json</c> says of added tokens.</param>
    /// <param name="familyClass">The tokenizer's class where no file says.</param>
    /// <exception cref="InvalidDataException">A token plays a part but is not there.</exception>
    public SettingsReader(
        string directory, IReadOnlyDictionary<string, int> tokens, TokenizerConfigFiles config, IEnumerable<AddedToken> added, string familyClass)
    {
        _directory = directory;
        _tokens = tokens;
        TokenizerClass = config.TokenizerClass ?? familyClass;
        _roles = new Dictionary<string, string>(config.Roles);
        foreach (var token in config.AddedTokens.Values.Concat(added))
            _added[token.Content] = token;
        foreach (var (role, token) in Defaults(TokenizerClass))
        {
            if (tokens.ContainsKey(token) || _added.ContainsKey(token))
                _roles.TryAdd(role, token);
        }

        foreach (var (role, token) in _roles)
        {
            // RoBERTa's mask takes the space before it along.
            _added.TryAdd(token, new AddedToken(token, tokens.TryGetValue(token, out var id) ? id : _added.TryGetValue(token, out var known) ? known.Id
                : throw new InvalidDataException($"'{directory}' names '{token}' as {role}, but the vocabulary has no such token."))
            {
                LStrip = role == "mask_token" && TokenizerClass == TokenizerClasses.Roberta,
            });
        }
    }

    public string TokenizerClass { get; }

    /// <summary>The token that plays one of some parts, the first that there is.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public int IdOfFirst(params ReadOnlySpan<string> roles)
    {
        foreach (var role in roles)
        {
            if (_roles.TryGetValue(role, out var token))
                return _added[token].Id;
        }

        throw new InvalidDataException($"'{_directory}' names no {string.Join(" or ", roles!)}: say in special_tokens_map.json which token it is.");
    }

    /// <summary>Where the family puts its special tokens where no file says.</summary>
    /// <exception cref="NotSupportedException">The family is not known.</exception>
    public SpecialTokenTemplate DefaultTemplate() => TokenizerClass switch
    {
        TokenizerClasses.Gpt2 => SpecialTokenTemplate.Gpt(IdOfFirst("eos_token", "bos_token", "unk_token")),
        TokenizerClasses.Roberta => SpecialTokenTemplate.Roberta(IdOfFirst("cls_token", "bos_token"), IdOfFirst("sep_token", "eos_token")),
        TokenizerClasses.Bert or TokenizerClasses.DistilBert =>
            SpecialTokenTemplate.Bert(IdOfFirst("cls_token"), IdOfFirst("sep_token"), TokenizerClasses.HasTokenTypes(TokenizerClass)),
        _ => throw new NotSupportedException(
            $"'{_directory}' has a {TokenizerClass}, of which it is not known where it puts special tokens: put its tokenizer.json there, which says so."),
    };

    public TokenizerSettings With(SpecialTokenTemplate template) => new()
    {
        TokenizerClass = TokenizerClass,
        AddedTokens = [.. _added.Values.OrderBy(t => t.Id)],
        Roles = _roles,
        Template = template,
    };

    /// <summary>The class of a byte-level vocabulary that no file names: RoBERTa's begins and ends texts with tokens of its own.</summary>
    public static string ClassOfBpe(IReadOnlyDictionary<string, int> tokens) =>
        tokens.ContainsKey("<s>") && tokens.ContainsKey("</s>") && !tokens.ContainsKey(EndOfText) ? TokenizerClasses.Roberta : TokenizerClasses.Gpt2;

    private static Dictionary<string, string> Defaults(string tokenizerClass) => tokenizerClass switch
    {
        TokenizerClasses.Gpt2 => new() { ["bos_token"] = EndOfText, ["eos_token"] = EndOfText, ["unk_token"] = EndOfText },
        TokenizerClasses.Roberta => new()
        {
            ["bos_token"] = "<s>", ["eos_token"] = "</s>", ["unk_token"] = "<unk>", ["sep_token"] = "</s>",
            ["cls_token"] = "<s>", ["pad_token"] = "<pad>", ["mask_token"] = "<mask>",
        },
        TokenizerClasses.Bert or TokenizerClasses.DistilBert => new()
        {
            ["unk_token"] = "[UNK]", ["sep_token"] = "[SEP]", ["cls_token"] = "[CLS]", ["pad_token"] = "[PAD]", ["mask_token"] = "[MASK]",
        },
        _ => [],
    };
}
