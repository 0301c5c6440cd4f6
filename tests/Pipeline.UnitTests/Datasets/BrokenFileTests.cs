using Pipeline.Core.Datasets;

namespace Pipeline.UnitTests.Datasets;

public sealed class BrokenFileTests
{
    public static TheoryData<string, byte[], string, long?> Broken => new()
    {
        { "a.csv", [], "empty-file", null },
        { "a.csv", "\n\n"u8.ToArray(), "empty-file", null },
        { "a.csv", "text,label\n"u8.ToArray(), "empty-file", null },
        { "a.jsonl", [], "empty-file", null },
        { "a.csv", "text,mood\nhello,x\n"u8.ToArray(), "no-label-column", 1 },
        { "a.csv", "\nid,label\n1,x\n"u8.ToArray(), "no-text-column", 2 },
        { "a.jsonl", "{\"text\":\"hello\"}\n"u8.ToArray(), "no-label-column", 1 },
        { "a.csv", "text,label\nfine,x\n\"open,x\nmore,y\n"u8.ToArray(), "unbalanced-quotes", 3 },
        // The open quote meets the quotes of a later row: two rows would become one.
        { "a.csv", "text,label\nfine,x\n\"open,x\n\"quoted, closed\",y\n"u8.ToArray(), "unbalanced-quotes", 3 },
        { "a.csv", "text,label\n\"open,x\nfine,y\nshe said \"hi\",y\n"u8.ToArray(), "unbalanced-quotes", 2 },
        { "a.csv", "text,label\n\"said\" she,x\n"u8.ToArray(), "unbalanced-quotes", 2 },
        { "a.csv", [.. "text,label\nfine,x\ncaf"u8, 0xE9, .. ",y\n"u8], "bad-encoding", 3 },
        { "a.csv", [0xFF, 0xFE, (byte)'t', 0, 0, 0xD8, (byte)'t', 0], "bad-encoding", 1 },
        { "a.csv", [.. "text,label\n\nab"u8, 0, 1, 2], "binary-file", 3 },
        { "a.csv", [.. "PK"u8, 3, 4, 20, 0], "binary-file", 1 },
        { "a.csv", Reading.Gzip("text,label\nhello,x\n"), "binary-file", 1 },
        { "a.csv.gz", "text,label\nhello,x\n"u8.ToArray(), "damaged-gzip", null },
        { "a.csv.gz", Reading.Gzip("text,label\nhello,x\n")[..^9], "damaged-gzip", null },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_file_is_rejected_with_reason_line_and_fix(string blob, byte[] content, string id, long? line)
    {
        var rejection = Reading.Rejection(blob, content);

        Assert.Equal((id, line), (rejection.Kind.Id, rejection.Line));
        Assert.NotEmpty(rejection.Message);
        Assert.NotEmpty(rejection.Kind.Fix);
    }

    [Theory]
    [InlineData("Spam Mails.csv", "bad-name", "spam-mails")]
    [InlineData("folder/spam.csv", "bad-name", "folder-spam")]
    [InlineData("spam.xlsx", "unknown-format", ".xlsx")]
    [InlineData("spam", "unknown-format", "''")]
    public void A_blob_that_cannot_be_read_by_its_name_says_what_would_do(string blob, string id, string hint)
    {
        var rejection = Assert.Throws<DatasetRejectedException>(() => DatasetFile.Parse(blob));

        Assert.Equal(id, rejection.Kind.Id);
        Assert.Contains(hint, rejection.Message);
    }
}
