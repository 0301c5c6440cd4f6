using System.Text;
using Pipeline.Local.Demo;

namespace Pipeline.UnitTests.Local;

public class MailTableTests
{
    [Fact]
    public async Task A_row_quotes_its_text_and_names_its_label()
    {
        var (csv, _) = await WriteAsync(Mail("a", "Say \"hi\", now", spam: true), Mail("b", "Hello", spam: false));

        Assert.Equal("text,label\n\"Say \"\"hi\"\", now\n\nbody\",spam\n\"Hello\n\nbody\",ham\n", csv);
    }

    [Fact]
    public async Task A_text_is_written_once_and_an_empty_one_never()
    {
        var (csv, count) = await WriteAsync(Mail("a", "Hello", spam: false), Mail("b", "Hello", spam: true), new RawMail("c", [], false));

        Assert.Equal("text,label\n\"Hello\n\nbody\",ham\n", csv);
        Assert.Equal(new MailCount(Rows: 1, Empty: 1, Duplicates: 1), count);
    }

    private static RawMail Mail(string path, string subject, bool spam) => new(path, Encoding.UTF8.GetBytes($"Subject: {subject}\n\nbody\n"), spam);

    private static async Task<(string Csv, MailCount Count)> WriteAsync(params RawMail[] mails)
    {
        using var stream = new MemoryStream();
        var count = await MailTable.WriteAsync(mails, stream, TestContext.Current.CancellationToken);
        return (Encoding.UTF8.GetString(stream.ToArray()), count);
    }
}
