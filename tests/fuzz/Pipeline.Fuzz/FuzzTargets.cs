namespace Pipeline.Fuzz;

/// <summary>All targets: one for each reader, and one for the options.</summary>
internal static class FuzzTargets
{
    private static readonly string[] Table = ["\"", "\"\"", ",", ";", "|", "\t", "text", "label", "\\\"", "a,b\n", "[\"a\",\"b\"]", "1", "0"];
    private static readonly string[] Json = ["{", "}", "[", "]", "\"text\":", "\"label\":", "\"a\"", ",", ":", "\\u0000", "\\ud800", "null", "true", "1e9", "\"train\":", "\"data\":", "\"rows\":"];

    private static readonly FuzzTarget[] Targets =
    [
        new("csv", input => ReaderTarget.Run("a.csv", input), Table),
        new("tsv", input => ReaderTarget.Run("a.tsv", input), Table),
        new("jsonl", input => ReaderTarget.Run("a.jsonl", input), Json),
        new("json", input => ReaderTarget.Run("a.json", input), Json),
        new("text", input => ReaderTarget.Run("a.txt", input), "__label__", "__label__a ", "NUM:dist ", ":", "\t"),
        new("encodings", input => ReaderTarget.Run("encoded.csv", input), [.. Table, "t\0e\0x\0t\0", "\0t\0e\0x\0t", "\u0080", "\u0093"]),
        new("gzip", input => ReaderTarget.Run("a.csv.gz", input), "\u001F", "\b", "text,label\n"),
        new("zip", input => ReaderTarget.Run("a.zip", input), "PK\u0003\u0004", "PK\u0001\u0002", "PK\u0005\u0006", "../", "__MACOSX/", "train/", ".txt"),
        new("tar", TarTarget.Run, "ustar\0", "0000000", "path=", "train/", ".txt", "L", "x"),
        new("parquet", input => ReaderTarget.Run("a.parquet", input), "PAR1", "\u0015", "\u0019", "\u001C", "text", "label"),
        new("options", OptionsTarget.Run, [.. Json, "\"num_train_epochs\":", "\"text_column\":", "\"records\":", "\"validation\":", "\"problem_type\":\"multi_label_classification\""]),
    ];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Targets.Select(t => t.Name)];

    /// <summary>The target with a name.</summary>
    public static FuzzTarget Of(string name) =>
        Targets.FirstOrDefault(t => t.Name == name) ?? throw new ArgumentException($"There is no target '{name}'.", nameof(name));
}
