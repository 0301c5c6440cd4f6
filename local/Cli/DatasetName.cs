using System.Text.RegularExpressions;

namespace Pipeline.Local.Cli;

/// <summary>The name a file gets in the container <c>datasets</c>.</summary>
/// <param name="Model">The model's name: lower-case letters, digits and hyphens.</param>
/// <param name="Extension">What says how to read it, for example <c>.csv.gz</c>.</param>
internal sealed partial record DatasetName(string Model, string Extension)
{
    private static readonly string[] Formats = [".csv", ".tsv", ".jsonl", ".ndjson", ".parquet"];

    /// <summary>The blob with the data.</summary>
    public string Blob => Model + Extension;

    /// <summary>The blob with the options.</summary>
    public string OptionsBlob => $"{Model}.options.json";

    /// <summary>Names a file.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="name">The name the user wants; null: the file's own, made to fit.</param>
    /// <exception cref="LocalException">The format is unknown, or no name comes of it.</exception>
    public static DatasetName For(string file, string? name)
    {
        var fileName = Path.GetFileName(file).ToLowerInvariant();
        var zipped = fileName.EndsWith(".gz", StringComparison.Ordinal) ? ".gz" : "";
        var format = Path.GetExtension(fileName[..^zipped.Length]);
        if (!Formats.Contains(format))
            throw new LocalException(
                $"{file} has the extension '{format}{zipped}', which no reader knows.",
                $"Give it one of {string.Join(", ", Formats)}, each also with .gz.");
        var model = name ?? Unfit().Replace(fileName[..^(format.Length + zipped.Length)], "-").Trim('-');
        if (model.Length == 0 || Unfit().IsMatch(model))
            throw new LocalException(
                $"'{model}' cannot be a model's name.",
                "Name it with --name, in lower-case letters, digits and hyphens.");
        return new DatasetName(model, format + zipped);
    }

    [GeneratedRegex("[^a-z0-9-]+")]
    private static partial Regex Unfit();
}
