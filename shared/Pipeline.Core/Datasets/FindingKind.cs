using System.Reflection;

namespace Pipeline.Core.Datasets;

/// <summary>A kind of finding: its identifier, how bad it is, what it means and what to do.</summary>
/// <param name="Id">Stable identifier.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Meaning">What it means.</param>
/// <param name="Fix">What to do about it.</param>
public sealed record FindingKind(string Id, FindingSeverity Severity, string Meaning, string Fix)
{
    private static readonly Lazy<IReadOnlyDictionary<string, FindingKind>> ById = new(() =>
        typeof(FindingKind).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => f.GetValue(null)).OfType<FindingKind>().ToDictionary(k => k.Id, StringComparer.Ordinal));

    /// <summary>Every kind there is. Each has a page in <c>docs/findings</c>.</summary>
    public static IEnumerable<FindingKind> All => ById.Value.Values;

    /// <summary>The kind with an identifier.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static FindingKind Of(string id) =>
        ById.Value.TryGetValue(id, out var kind) ? kind : throw new ArgumentException($"There is no kind of finding '{id}'.", nameof(id));

    /// <summary>The file's extension is none that is read.</summary>
    public static readonly FindingKind UnknownFormat = Error("unknown-format",
        "The file's name does not end in a format that is read.",
        "Save it as .csv, .tsv, .jsonl, .json, .parquet or .txt (each also as .gz), or as .zip or .tar.gz with a folder for each label, and upload it again.");

    /// <summary>The file's name cannot name a model.</summary>
    public static readonly FindingKind BadName = Error("bad-name",
        "The file's name becomes the model's name, which has lower-case letters, digits and '-', at most 64, and begins and ends with a letter or digit.",
        "Rename the file and upload it again.");

    /// <summary>The folder is no dataset.</summary>
    public static readonly FindingKind BadFolder = Error("bad-folder",
        "A folder's files are train.*, validation.* (also valid, val, dev) and test.*, and train.* must be there.",
        "Rename the files, upload them, and then write _ready again.");

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
        "Export the data as CSV, TSV or JSON Lines in UTF-8 and upload that. An archive or a Parquet file needs its own extension.");

    /// <summary>Not UTF-8.</summary>
    public static readonly FindingKind BadEncoding = Error("bad-encoding",
        "The file is not text in its encoding: UTF-8, unless a byte order mark or the option encoding says otherwise.",
        "Save the file as UTF-8 (in Excel: 'CSV UTF-8'), or set encoding to what it is (latin-1, windows-1252, utf-16), and upload it again.");

    /// <summary>Not gzip, or damaged.</summary>
    public static readonly FindingKind DamagedGzip = Error("damaged-gzip",
        "The file's name ends in .gz, but it cannot be unpacked to its end.",
        "Compress the file again with gzip, or upload it uncompressed without .gz.");

    /// <summary>A quote is not closed, or not where it should be.</summary>
    public static readonly FindingKind UnbalancedQuotes = Error("unbalanced-quotes",
        "A quoted field begins on this line, and its closing quote is missing or has text right behind it, so where the field ends cannot be told.",
        "Close the quote before the delimiter, or double it (\"\") where a quotation mark is part of the text.");

    /// <summary>A JSON document that is not whole.</summary>
    public static readonly FindingKind DamagedJson = Error("damaged-json",
        "The file is not one valid JSON document, so where its rows end cannot be told.",
        "Correct the JSON on this line. A file with one object on each line is JSON Lines: name it .jsonl.");

    /// <summary>A JSON document without rows where they should be.</summary>
    public static readonly FindingKind NoRecords = Error("no-records",
        "The JSON document has no array of rows where one is looked for.",
        "Set records in the options to the path of the array, for example \"data.rows\", or to {\"train\": \"train\", \"test\": \"test\"}.");

    /// <summary>A Parquet file that is not whole.</summary>
    public static readonly FindingKind DamagedParquet = Error("damaged-parquet",
        "The file is not a Parquet file that can be read.",
        "Write the file again, for example with pandas' to_parquet, and upload it.");

    /// <summary>An archive that is not whole.</summary>
    public static readonly FindingKind DamagedArchive = Error("damaged-archive",
        "The archive cannot be unpacked to its end.",
        "Pack the folder again as .zip or .tar.gz and upload it.");

    /// <summary>An archive that is made to do harm.</summary>
    public static readonly FindingKind UnsafeArchive = Error("unsafe-archive",
        "The archive has names that lead out of its folder, or unpacks to very much more than its size.",
        "Pack the folder of labels again, with nothing else in it.");

    /// <summary>An archive without a folder for each label.</summary>
    public static readonly FindingKind NoLabelFolders = Error("no-label-folders",
        "The archive does not have one folder for each label with the texts in it as .txt files.",
        "Pack it as label-a/1.txt, label-a/2.txt, label-b/3.txt and so on. Pack a single table as .csv.gz instead.");

    /// <summary>A number that stands for no label.</summary>
    public static readonly FindingKind LabelOutOfRange = Error("label-out-of-range",
        "A label has no name in the list of label names.",
        "Add the missing name, or correct the label. Numbers count from 0 or from 1, as the first rows have it.");

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
        "At least two labels need three different texts each, or a regression three in all: one to train on, one to validate and one to test.",
        "Add rows. A useful classifier wants at least some dozens for each label, and a regression some hundreds.");

    /// <summary>Only one number.</summary>
    public static readonly FindingKind ConstantTarget = Error("constant-target",
        "Every row has the same number, so there is nothing to predict.",
        "Add rows with other numbers, or set label_column in the options to the column with the numbers.");

    /// <summary>So many labels that they are none.</summary>
    public static readonly FindingKind TooManyLabels = Error("too-many-labels",
        "The label column has more than 50,000 different values, so it probably holds something else: an id, a date, a text.",
        "Set label_column in the options to the column with the labels. If it holds numbers that are to be predicted, set problem_type to regression.");

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

    /// <summary>No number where one is wanted.</summary>
    public static readonly FindingKind TargetNoNumber = Warning("target-no-number",
        "The label column holds numbers (problem_type is regression), and this is none. The row is left out.",
        "Write a number such as 4, -0.25 or 1e3, without a unit; or set label_column to the column with the numbers.");

    /// <summary>A number with a comma.</summary>
    public static readonly FindingKind TargetComma = Warning("target-comma",
        "The number has a comma, and whether that stands before decimals or between thousands cannot be told. The row is left out.",
        "Write numbers with a decimal point and without thousands separators: 4.5, 1234.");

    /// <summary>A number that is none to count with.</summary>
    public static readonly FindingKind TargetNotFinite = Warning("target-not-finite",
        "The number is NaN, infinite or too large for a 32-bit float. The row is left out.",
        "Write the number that was measured, or remove the row.");

    /// <summary>A row with another number of fields than the header.</summary>
    public static readonly FindingKind RaggedRow = Warning("ragged-row",
        "The row has another number of fields than the header. It is left out, since its columns cannot be told apart.",
        "Put quotes around a text that has the delimiter in it.");

    /// <summary>A row with several labels where one is wanted.</summary>
    public static readonly FindingKind SeveralLabels = Warning("several-labels",
        "The row has several labels in a dataset of one label a row. It is left out.",
        "Set problem_type to multi_label_classification if rows may have several labels, or give the row one.");

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

    /// <summary>The same text with another number.</summary>
    public static readonly FindingKind ConflictingTargets = Warning("conflicting-targets",
        "The text stands in the file before, with another number. All of them are kept, and the model learns their mean.",
        "Nothing, if several people rated the same text; else decide on one number for it.");

    /// <summary>A label with few texts.</summary>
    public static readonly FindingKind SmallClass = Warning("small-class",
        "The label has fewer than ten different texts. The model will hardly learn it, and its test figures mean little.",
        "Add rows with the label, or merge it into another.");

    /// <summary>Labels that are the same but for case, spaces or punctuation between words.</summary>
    public static readonly FindingKind LabelVariants = Warning("label-variants",
        "These labels differ only in case, in spaces, '_' or '-'. They are trained as different labels, which is hardly meant.",
        "Write them alike, or set \"merge_label_variants\": true in the options: the most frequent spelling then stands for all.");

    /// <summary>One label has nearly all of the rows.</summary>
    public static readonly FindingKind ImbalancedLabels = Warning("imbalanced-labels",
        "One label has nearly all of the rows. A model that always answers it looks accurate; judge this one by its macro F1.",
        "Add rows with the rare labels, or leave out some of the frequent one's.");

    /// <summary>Nearly the same text again.</summary>
    public static readonly FindingKind NearDuplicate = Warning("near-duplicate",
        "The text is nearly the same as one before it. Near copies in two splits make the test look better than the model is.",
        "Keep one of them, unless both are meant.");

    /// <summary>Nearly the same text with another label.</summary>
    public static readonly FindingKind NearConflict = Warning("near-conflict",
        "The text is nearly the same as one before it, but has another label. One of the two is often a slip.",
        "Look at both rows and correct the label that is wrong.");

    /// <summary>A text that stands in two given splits.</summary>
    public static readonly FindingKind SplitOverlap = Warning("split-overlap",
        "The text stands in more than one of the given splits. It is moved out of the test and validation split into the one that comes first, so that no text is scored that was trained on.",
        "Remove the row from one of the files.");

    /// <summary>A text with more tokens than the model reads.</summary>
    public static readonly FindingKind TruncatedText = Note("truncated-text",
        "The text has more tokens than the model reads at once. The rest of it is cut off.",
        "Raise max_length in the options if what decides stands late in the texts; time and memory grow with it.");

    /// <summary>Texts in several languages.</summary>
    public static readonly FindingKind MixedLanguages = Note("mixed-languages",
        "The text is in another language than most texts. A model learns a language from the rows that have it.",
        "Nothing, if the model will meet both languages; else remove these rows.");

    /// <summary>Tags or entities of HTML.</summary>
    public static readonly FindingKind Markup = Warning("markup",
        "The text has HTML tags or entities in it. The model spends its tokens on them and may take them for a sign.",
        "Strip the tags and decode the entities before you export, and do the same to the texts you send to the model.");

    /// <summary>Characters that no one sees.</summary>
    public static readonly FindingKind ControlCharacters = Warning("control-characters",
        "The text has control characters or characters without width, which no one sees but the model does.",
        "Remove them before you export.");

    /// <summary>UTF-8 that was read as another encoding once.</summary>
    public static readonly FindingKind Mojibake = Warning("mojibake",
        "The text was read in another encoding than it was written in (UTF-8 as Windows-1252, or that as Latin-1), and was saved that way: characters became others.",
        "Export the data again and let every step read and write UTF-8. The excerpt shows what was probably meant.");

    /// <summary>Characters that are lost.</summary>
    public static readonly FindingKind LostCharacters = Warning("lost-characters",
        "The text has the character U+FFFD, which a program writes in place of one it could not read. What stood there is lost.",
        "Export the data again from its source, and name the right encoding where it is read.");

    /// <summary>A text without words.</summary>
    public static readonly FindingKind NoWords = Note("no-words",
        "The text is only a link, an address, a number or punctuation. There is little in it to learn from.",
        "Check that the right column is used; remove such rows if they say nothing about the label.");

    /// <summary>Columns that were chosen by what is in them.</summary>
    public static readonly FindingKind ColumnsByContent = Note("columns-by-content",
        "The columns' names do not tell which holds the text and which the label, so it was decided by what is in them.",
        "Look whether it is right. If not, set text_column and label_column; in a file without a header the columns are 1, 2, 3.");

    /// <summary>Labels that look like measurements.</summary>
    public static readonly FindingKind NumericLabels = Note("numeric-labels",
        "The labels are many different numbers with decimals. They are trained as classes, each for itself.",
        "Set problem_type to regression in the options if the number itself is to be predicted.");

    /// <summary>A file in an archive that is no text of a label.</summary>
    public static readonly FindingKind IgnoredFile = Note("ignored-file",
        "The file lies in no label's folder, or is not a text. It is passed over.",
        "Move the texts into one folder for each label. Other files can stay.");

    private static FindingKind Error(string id, string meaning, string fix) => new(id, FindingSeverity.Error, meaning, fix);

    private static FindingKind Warning(string id, string meaning, string fix) => new(id, FindingSeverity.Warning, meaning, fix);

    private static FindingKind Note(string id, string meaning, string fix) => new(id, FindingSeverity.Note, meaning, fix);
}
