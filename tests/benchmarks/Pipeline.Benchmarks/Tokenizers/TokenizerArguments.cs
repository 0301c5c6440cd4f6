namespace Pipeline.Benchmarks.Tokenizers;

/// <summary>What the tokenizer benchmarks are given.</summary>
/// <param name="Gpt2Folder">GPT-2's tokenizer, as a Hugging Face folder with <c>tokenizer.json</c>.</param>
/// <param name="BertFolder">BERT's uncased tokenizer, likewise.</param>
/// <param name="Datasets">Dataset files; their texts are tokenized.</param>
/// <param name="Megabytes">Of text, at most.</param>
/// <param name="Rounds">Rounds that are measured.</param>
/// <param name="Random">Random texts that are compared.</param>
internal sealed record TokenizerArguments(string Gpt2Folder, string BertFolder, IReadOnlyList<string> Datasets, int Megabytes, int Rounds, int Random)
{
    /// <summary>Reads the command line; null where it lacks something.</summary>
    public static TokenizerArguments? Parse(IReadOnlyList<string> arguments)
    {
        var paths = new List<string>();
        var (megabytes, rounds, random) = (10, 7, 100_000);
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--mb")
                megabytes = int.Parse(arguments[++i]);
            else if (arguments[i] == "--rounds")
                rounds = int.Parse(arguments[++i]);
            else if (arguments[i] == "--random")
                random = int.Parse(arguments[++i]);
            else
                paths.Add(arguments[i]);
        }

        return paths.Count >= 3 ? new TokenizerArguments(paths[0], paths[1], paths[2..], megabytes, rounds, random) : null;
    }
}
