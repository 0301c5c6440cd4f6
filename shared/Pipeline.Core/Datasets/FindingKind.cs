namespace Pipeline.Core.Datasets;

/// <summary>A kind of finding: its identifier, how bad it is, what it means and what to do.</summary>
/// <param name="Id">Stable identifier.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Meaning">What it means.</param>
/// <param name="Fix">What to do about it.</param>
public sealed record FindingKind(string Id, FindingSeverity Severity, string Meaning, string Fix)
{
    /// <summary>The file's extension is none that is read.</summary>
    public static readonly FindingKind UnknownFormat = Error("unknown-format",
        "The file's name does not end in a format that is read.",
        "Save it as .csv, .tsv, .jsonl or .ndjson (each also as .gz) and upload it again.");

    /// <summary>The file's name cannot name a model.</summary>
    public static readonly FindingKind BadName = Error("bad-name",
        "The file's name becomes the model's name, which has lower-case letters, digits and '-', at most 64, and begins and ends with a letter or digit.",
        "Rename the file and upload it again.");

    /// <summary>The options cannot be used.</summary>
    public static readonly FindingKind BadOptions = Error("bad-options",
        "The options file or the blob's metadata has a setting that cannot be used.",
        "Correct the setting, then upload the dataset again.");

    /// <summary>The base model cannot be found.</summary>
    public static readonly FindingKind BadBaseModel = Error("bad-base-model",
        "The base model named in the options cannot be used.",
        "Upload a Hugging Face model folder with config.json, model.safetensors and its tokenizer files to base-models/{base_model}/, or leave base_model out.");

    /// <summary>No rows at all.</summary>
    public static readonly FindingKind EmptyFile = Error("empty-file",
        "The file has no rows.",
        "Upload a file with a header line and at least a few rows for each label.");

    /// <summary>Not text.</summary>
    public static readonly FindingKind BinaryFile = Error("binary-file",
        "The file is not text: it has bytes that no text has, or begins like an archive or an office document.",
        "Export the data as CSV, TSV or JSON Lines in UTF-8 and upload that.");

    /// <summary>Not UTF-8.</summary>
    public static readonly FindingKind BadEncoding = Error("bad-encoding",
        "The file is not valid UTF-8.",
        "Save the file as UTF-8 (in Excel: 'CSV UTF-8') and upload it again.");

    /// <summary>Not gzip, or damaged.</summary>
    public static readonly FindingKind DamagedGzip = Error("damaged-gzip",
        "The file's name ends in .gz, but it cannot be unpacked to its end.",
        "Compress the file again with gzip, or upload it uncompressed without .gz.");

    /// <summary>A quote is not closed, or not where it should be.</summary>
    public static readonly FindingKind UnbalancedQuotes = Error("unbalanced-quotes",
        "A quoted field begins on this line, and its closing quote is missing or has text right behind it, so where the field ends cannot be told.",
        "Close the quote before the delimiter, or double it (\"\") where a quotation mark is part of the text.");

    /// <summary>No column with texts.</summary>
    public static readonly FindingKind NoTextColumn = Error("no-text-column",
        "No column is known to hold the texts.",
        "Name the column 'text', or set text_column in the options to the name of yours.");

    /// <summary>No column with labels.</summary>
    public static readonly FindingKind NoLabelColumn = Error("no-label-column",
        "No column is known to hold the labels.",
        "Name the column 'label', or set label_column in the options to the name of yours.");

    /// <summary>Only one label.</summary>
    public static readonly FindingKind OneClass = Error("one-class",
        "Every row has the same label, so there is nothing to tell apart.",
        "Add rows with at least one other label.");

    /// <summary>Too few different texts.</summary>
    public static readonly FindingKind TooFewRows = Error("too-few-rows",
        "At least two labels need three different texts each: one to train on, one to validate and one to test.",
        "Add rows. A useful classifier wants at least some dozens for each label.");

    /// <summary>More bad rows than good ones.</summary>
    public static readonly FindingKind TooManyBadRows = Error("too-many-bad-rows",
        "More than half of the rows cannot be used, so the file is probably not what was meant.",
        "Look at the other findings for the reasons, and correct the file.");

    /// <summary>A row without text.</summary>
    public static readonly FindingKind EmptyText = Warning("empty-text",
        "The row has no text. It is left out.", "Fill the text in, or remove the row.");

    /// <summary>A row without label.</summary>
    public static readonly FindingKind MissingLabel = Warning("missing-label",
        "The row has no label. It is left out.", "Fill the label in, or remove the row.");

    /// <summary>A row with another number of fields than the header.</summary>
    public static readonly FindingKind RaggedRow = Warning("ragged-row",
        "The row has another number of fields than the header. It is left out, since its columns cannot be told apart.",
        "Put quotes around a text that has the delimiter in it.");

    /// <summary>A line that is not a JSON object.</summary>
    public static readonly FindingKind BadJson = Warning("bad-json",
        "The line is not a JSON object. It is left out.", "Write one JSON object on each line, for example {\"text\": \"…\", \"label\": \"…\"}.");

    /// <summary>A text that is too long to be one.</summary>
    public static readonly FindingKind HugeText = Warning("huge-text",
        "The text is longer than 1,000,000 characters. It is left out.", "Cut the text; a model reads a few hundred words of it.");

    /// <summary>The same row again.</summary>
    public static readonly FindingKind DuplicateText = Warning("duplicate-text",
        "The text stands in the file before, with the same label. Copies are kept in the same split, so they cannot flatter the test.",
        "Remove the copies, unless they are meant to count more.");

    /// <summary>The same text with another label.</summary>
    public static readonly FindingKind ConflictingLabels = Warning("conflicting-labels",
        "The text stands in the file before, with another label. The model cannot learn both.",
        "Decide on one label for the text.");

    /// <summary>A label with few texts.</summary>
    public static readonly FindingKind SmallClass = Warning("small-class",
        "The label has fewer than ten different texts. The model will hardly learn it, and its test figures mean little.",
        "Add rows with the label, or merge it into another.");

    private static FindingKind Error(string id, string meaning, string fix) => new(id, FindingSeverity.Error, meaning, fix);

    private static FindingKind Warning(string id, string meaning, string fix) => new(id, FindingSeverity.Warning, meaning, fix);
}
