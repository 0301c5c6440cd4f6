namespace Pipeline.Core.Tokenization;

/// <summary>Reads and writes the tokenizer files of a Hugging Face model folder, of GPT-2, GPT-Neo, BERT, DistilBERT and RoBERTa.</summary>
public static class HuggingFaceTokenizer
{
    /// <summary>Every file that <see cref="Load"/> looks at, where it is there.</summary>
    public static IReadOnlyList<string> ReadFiles { get; } =
        ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.json", "merges.txt", "vocab.txt", "config.json"];

    /// <summary>
    /// Loads the tokenizer of a folder: from <c>tokenizer.json</c>, else from <c>vocab.json</c> with <c>merges.txt</c>, else from
    /// <c>vocab.txt</c>. <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c> add to it; <c>config.json</c> names the
    /// family where they do not.
    /// </summary>
    /// <param name="directory">A Hugging Face model folder.</param>
    /// <exception cref="FileNotFoundException">The folder holds no tokenizer.</exception>
    /// <exception cref="NotSupportedException">The tokenizer is of a kind, or uses an option, that would change the ids and is not supported.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static ITextTokenizer Load(string directory)
    {
        var config = TokenizerConfigFiles.Read(directory);
        if (Has("tokenizer.json"))
            return TokenizerJson.Read(directory, config);
        if (Has("vocab.json") && Has("merges.txt"))
            return VocabularyFiles.ReadBpe(directory, config);
        if (Has("vocab.txt"))
            return VocabularyFiles.ReadWordPiece(directory, config);
        throw new FileNotFoundException($"'{directory}' holds no tokenizer: put tokenizer.json, or vocab.json and merges.txt, or vocab.txt there.");

        bool Has(string file) => File.Exists(Path.Combine(directory, file));
    }

    /// <summary>Writes the files from which Hugging Face's <c>tokenizers</c> and <c>transformers</c> make the same ids, pairs included.</summary>
    /// <param name="directory">The folder; made if it is not there.</param>
    /// <param name="tokenizer">What to write: one that <see cref="Load"/> gave, or one that was learned.</param>
    /// <param name="modelMaxLength">Tokens that the model can read, <c>model_max_length</c>.</param>
    /// <exception cref="NotSupportedException">It is neither.</exception>
    public static void Save(string directory, ITextTokenizer tokenizer, int modelMaxLength)
    {
        Directory.CreateDirectory(directory);
        switch (tokenizer)
        {
            case ByteLevelBpeTokenizer { Vocabulary: var bpe }:
                VocabularyFiles.Write(directory, bpe);
                BpeJson.Write(directory, bpe);
                TokenizerConfigWriter.Write(directory, WithPadding(bpe.Settings), modelMaxLength, [KeyValuePair.Create("add_prefix_space", (object)false)]);
                break;
            case WordPieceTokenizer { Vocabulary: var pieces }:
                VocabularyFiles.Write(directory, pieces);
                WordPieceJson.Write(directory, pieces);
                TokenizerConfigWriter.Write(directory, pieces.Settings, modelMaxLength, pieces.Normalization.ConfigMembers());
                break;
            default:
                throw new NotSupportedException($"A {tokenizer.GetType().Name} cannot be written in Hugging Face's form.");
        }
    }

    // GPT-2 has no token to pad with; naming the one that ends a text is usual, and a batch needs one.
    private static TokenizerSettings WithPadding(TokenizerSettings settings) =>
        settings.Roles.ContainsKey("pad_token") || !settings.Roles.TryGetValue("eos_token", out var end)
            ? settings
            : settings with { Roles = new Dictionary<string, string>(settings.Roles) { ["pad_token"] = end } };
}
