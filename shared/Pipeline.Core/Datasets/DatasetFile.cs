using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Pipeline.Core.Datasets;

/// <summary>How the rows of a dataset are written down.</summary>
[JsonConverter(typeof(SnakeCaseEnum<DatasetFormat>))]
public enum DatasetFormat
{
    /// <summary>Comma-separated values (RFC 4180); <c>;</c>, <c>|</c> and tab are recognised as delimiters too.</summary>
    Csv,

    /// <summary>Tab-separated values, one row a line.</summary>
    Tsv,

    /// <summary>JSON Lines: one object a line.</summary>
    Jsonl,

    /// <summary>One JSON document with an array of rows, or several of them.</summary>
    Json,

    /// <summary>Apache Parquet.</summary>
    Parquet,

    /// <summary>Lines of label and text: fastText's, a label as first word, or tab-separated.</summary>
    Text,

    /// <summary>A zip archive with a folder for each label and a file for each text.</summary>
    Zip,

    /// <summary>A tar archive of the same kind.</summary>
    Tar,
}

/// <summary>What a blob's name says about a dataset.</summary>
/// <param name="Blob">Name in the container <c>datasets</c>.</param>
/// <param name="ModelName">The name without its extensions; the model's name.</param>
/// <param name="Format">The format, from the extension.</param>
/// <param name="IsGzipped">Whether the name ends in <c>.gz</c> or <c>.tgz</c>.</param>
public sealed partial record DatasetFile(string Blob, string ModelName, DatasetFormat Format, bool IsGzipped)
{
    /// <summary>The ending of an options file; it is read beside its dataset and is no dataset itself.</summary>
    public const string OptionsExtension = ".options.json";

    /// <summary>The blob with this dataset's options.</summary>
    public string OptionsBlob => ModelName + OptionsExtension;

    /// <summary>Reads a blob's name.</summary>
    /// <param name="blob">Name in the container <c>datasets</c>.</param>
    /// <exception cref="DatasetRejectedException">The name or the extension is not one the pipeline takes.</exception>
    public static DatasetFile Parse(string blob)
    {
        var (name, format, gzipped) = Split(blob);
        if (!ModelNamePattern().IsMatch(name))
            throw new DatasetRejectedException(FindingKind.BadName, $"'{name}' cannot be a model's name; '{SuggestName(name)}' can.");
        return new DatasetFile(blob, name, format, gzipped);
    }

    /// <summary>Reads the name of a file with texts for a model; only its extension matters.</summary>
    /// <param name="blob">Name in the container <c>inbox</c>.</param>
    /// <param name="modelName">The model.</param>
    /// <exception cref="DatasetRejectedException">The extension is not one the pipeline takes.</exception>
    public static DatasetFile ForModel(string blob, string modelName)
    {
        var (_, format, gzipped) = Split(blob);
        return new DatasetFile(blob, modelName, format, gzipped);
    }

    /// <summary>Whether a name can be a model's.</summary>
    public static bool IsModelName(string name) => ModelNamePattern().IsMatch(name);

    /// <summary>The blob's name without the extensions that say how it is read.</summary>
    /// <exception cref="DatasetRejectedException">The extension is not one the pipeline takes.</exception>
    public static string WithoutExtensions(string blob) => Split(blob).Name;

    private static (string Name, DatasetFormat Format, bool IsGzipped) Split(string blob)
    {
        var unpacked = blob.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase) ? blob[..^4] + ".tar.gz" : blob;
        var gzipped = unpacked.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        var plain = gzipped ? unpacked[..^3] : unpacked;
        var extension = Path.GetExtension(plain);
        DatasetFormat? format = extension.ToLowerInvariant() switch
        {
            ".csv" => DatasetFormat.Csv,
            ".tsv" or ".tab" => DatasetFormat.Tsv,
            ".jsonl" or ".ndjson" => DatasetFormat.Jsonl,
            ".json" => DatasetFormat.Json,
            ".parquet" => DatasetFormat.Parquet,
            ".txt" => DatasetFormat.Text,
            ".zip" => DatasetFormat.Zip,
            ".tar" => DatasetFormat.Tar,
            _ => null,
        };
        return format is { } known
            ? (plain[..^extension.Length], known, gzipped)
            : throw new DatasetRejectedException(FindingKind.UnknownFormat, $"'{blob}' ends in '{extension}'.");
    }

    /// <summary>A name for runs of a blob whose own name is no model's name: the nearest one that is.</summary>
    public static string SuggestName(string name)
    {
        var cleaned = NotAllowed().Replace(name.ToLowerInvariant(), "-").Trim('-');
        return cleaned.Length == 0 ? "dataset" : cleaned[..Math.Min(cleaned.Length, 64)].Trim('-');
    }

    [GeneratedRegex("^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$")]
    private static partial Regex ModelNamePattern();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotAllowed();
}
