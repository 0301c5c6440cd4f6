namespace Pipeline.Core.Tokenization;

/// <summary>Reads and writes the tokenizer files of a Hugging Face model folder.</summary>
public static class HuggingFaceTokenizer
{
    /// <summary>The files that <see cref="Save"/> writes.</summary>
    public static IReadOnlyList<string> SavedFiles { get; } =
        ["vocab.json", "merges.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"];

    /// <summary>Every file that <see cref="Load"/> looks at, where it is there.</summary>
    public static IReadOnlyList<string> ReadFiles { get; } = [.. SavedFiles, "vocab.txt"];

    /// <summary>Loads the tokenizer of a folder: from <c>tokenizer.json</c>, else from <c>vocab.json</c> with <c>merges.txt</c>.</summary>
    /// <param name="directory">A Hugging Face model folder.</param>
    /// <exception cref="FileNotFoundException">The folder holds no tokenizer.</exception>
    /// <exception cref="NotSupportedException">The tokenizer is of a kind that this pipeline does not read.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static ITextTokenizer Load(string directory) => new ByteLevelBpeTokenizer(LoadVocabulary(directory));

    private static BpeVocabulary LoadVocabulary(string directory)
    {
        if (File.Exists(Path.Combine(directory, "tokenizer.json")))
            return TokenizerJson.Read(directory);
        if (File.Exists(Path.Combine(directory, "vocab.json")) && File.Exists(Path.Combine(directory, "merges.txt")))
            return VocabularyFiles.Read(directory);
        if (File.Exists(Path.Combine(directory, "vocab.txt")))
            throw new NotSupportedException(
                $"'{directory}' holds a WordPiece vocabulary (vocab.txt, as BERT has). Byte-level BPE as in GPT-2 and GPT-Neo is supported.");
        throw new FileNotFoundException($"'{directory}' holds no tokenizer: put tokenizer.json, or vocab.json and merges.txt there.");
    }

    /// <summary>Writes the five files from which Hugging Face's <c>tokenizers</c> and <c>transformers</c> make the same ids.</summary>
    /// <param name="directory">The folder; made if it is not there.</param>
    /// <param name="tokenizer">What to write: one that <see cref="Load"/> gave, or one that was learned. Without a pad token, <c>&lt;|endoftext|&gt;</c> is named as one, as is usual for GPT-2.</param>
    /// <param name="modelMaxLength">Tokens that the model can read, <c>model_max_length</c>.</param>
    /// <exception cref="NotSupportedException">It is neither.</exception>
    public static void Save(string directory, ITextTokenizer tokenizer, int modelMaxLength)
    {
        if (tokenizer is not ByteLevelBpeTokenizer { Vocabulary: var vocabulary })
            throw new NotSupportedException($"A {tokenizer.GetType().Name} cannot be written in Hugging Face's form.");
        Directory.CreateDirectory(directory);
        VocabularyFiles.Write(directory, vocabulary);
        TokenizerJson.Write(directory, vocabulary);
        SpecialTokenFiles.Write(directory, vocabulary, modelMaxLength);
    }
}
