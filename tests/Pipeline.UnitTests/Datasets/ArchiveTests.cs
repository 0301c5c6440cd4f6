using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Pipeline.Core.Datasets;

namespace Pipeline.UnitTests.Datasets;

public sealed class ArchiveTests
{
    private static readonly (string, string)[] Folders =
    [
        ("mails/spam/1.txt", "buy\r\nnow"), ("mails/spam/2", "win"), ("mails/ham/1.txt", "hello"), ("mails/README.txt", "about"),
        ("mails/ham/.DS_Store", "\0"), ("__MACOSX/mails/ham/._1.txt", "\0"), ("mails/ham/photo.jpg", "\0"),
    ];

    [Theory]
    [InlineData("a.zip")]
    [InlineData("a.tar")]
    [InlineData("a.tar.gz")]
    [InlineData("a.tgz")]
    public void A_folder_is_a_label_and_a_file_a_text(string blob)
    {
        var (rows, findings) = Reading.Read(blob, Pack(blob, Folders));

        // The read-me lies in a folder too, which is taken for a label; what systems leave behind is passed over unsaid.
        Assert.Equal([("buy\nnow", "spam"), ("win", "spam"), ("hello", "ham"), ("about", "mails")], rows.Select(r => (r.Text, r.Labels[0])));
        Assert.Equal("mails/spam/1.txt", rows[0].File);
        var ignored = Assert.Single(findings);
        Assert.Equal(("ignored-file", "mails/ham/photo.jpg"), (ignored.Id, ignored.Places[0].File));
    }

    [Theory]
    [InlineData("a.zip")]
    [InlineData("a.tar.gz")]
    public void Folders_named_after_splits_give_the_split(string blob)
    {
        var rows = Reading.Read(blob, Pack(blob, [("d/train/pos/1.txt", "good"), ("d/test/neg/1.txt", "bad"), ("d/train/labels.txt", "x")])).Rows;

        Assert.Equal([("pos", Split.Train), ("neg", Split.Test)], rows.Select(r => (r.Labels[0], r.GivenSplit!.Value)));
    }

    [Theory]
    [InlineData("a.zip")]
    [InlineData("a.tar")]
    public void Without_a_folder_for_each_label_the_archive_is_rejected(string blob)
    {
        Assert.Equal("no-label-folders", Reading.Rejection(blob, Pack(blob, [("data.csv", "text,label\na,b\n")])).Kind.Id);
        Assert.Equal("no-label-folders", Reading.Rejection(blob, Pack(blob, [("all/1.txt", "one"), ("all/2.txt", "two")])).Kind.Id);
    }

    [Theory]
    [InlineData("a.zip", "../../etc/label/1.txt")]
    [InlineData("a.zip", "a\\..\\..\\label/1.txt")]
    [InlineData("a.tar", "../label/1.txt")]
    [InlineData("a.tar", "/etc/label/1.txt")]
    public void A_name_that_leads_out_of_the_archive_is_rejected(string blob, string name) =>
        Assert.Equal("unsafe-archive", Reading.Rejection(blob, Pack(blob, [("a/1.txt", "x"), (name, "y")])).Kind.Id);

    [Fact]
    public void A_huge_file_is_left_out_without_being_held()
    {
        var (rows, findings) = Reading.Read("a.zip", Pack("a.zip", [("a/1.txt", new string('x', 5_000_000)), ("a/2.txt", "one"), ("b/1.txt", "two")]));

        Assert.Equal(2, rows.Count);
        Assert.Equal(["huge-text"], findings.Select(f => f.Id));
    }

    [Theory]
    [InlineData("a.zip", 30)]
    [InlineData("a.tar", 1_600)]
    public void An_archive_that_is_cut_off_is_rejected(string blob, int missing) =>
        Assert.Equal("damaged-archive", Reading.Rejection(blob, Pack(blob, Folders)[..^missing]).Kind.Id);

    [Fact]
    public void Long_names_and_names_in_other_scripts_are_read_from_tar()
    {
        var label = new string('ä', 90);
        var rows = Reading.Read("a.tar", Pack("a.tar", [($"x/{label}/1.txt", "one"), ("x/b/1.txt", "two")])).Rows;

        Assert.Equal([label, "b"], rows.Select(r => r.Labels[0]));
    }

    [Fact]
    public void An_encoding_that_is_declared_holds_for_the_files_of_an_archive()
    {
        var archive = Pack("a.zip", [("a/1.txt", "one"), ("b/1.txt", "caf\u00E9")], Encoding.Latin1);

        Assert.Equal("café", Reading.Read("a.zip", archive, new ReadingOptions { Encoding = "latin-1" }).Rows[1].Text);
        var rejection = Reading.Rejection("a.zip", archive);
        Assert.Equal("bad-encoding", rejection.Kind.Id);
        Assert.Contains("b/1.txt", rejection.Message);
    }

    private static byte[] Pack(string blob, (string Name, string Text)[] files, Encoding? encoding = null)
    {
        using var content = new MemoryStream();
        if (blob.EndsWith(".zip", StringComparison.Ordinal))
        {
            using var zip = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true);
            foreach (var (name, text) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write((encoding ?? Encoding.UTF8).GetBytes(text));
            }
        }
        else
        {
            using var tar = new TarWriter(content, TarEntryFormat.Pax, leaveOpen: true);
            foreach (var (name, text) in files)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        }

        return blob.EndsWith("gz", StringComparison.Ordinal) ? Reading.Gzip(content.ToArray()) : content.ToArray();
    }
}
