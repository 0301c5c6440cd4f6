using System.Text;
using CsCheck;
using Pipeline.Local.Demo;

namespace Pipeline.UnitTests.Local;

public class MailTextTests
{
    [Fact]
    public void Subject_and_body_stay_and_nothing_else_does()
    {
        var text = From("From: a@example.org\nTo: b@example.org\nDate: Thu, 22 Aug 2002 12:36:23 +0100\nX-Mailer: x\nSubject: Lunch\n\nAt noon?\n");

        Assert.Equal("Lunch\n\nAt noon?", text);
    }

    [Fact]
    public void The_separator_line_of_a_mailbox_is_no_part_of_the_mail() =>
        Assert.Equal("Lunch\n\nAt noon?", From("From a@example.org  Thu Aug 22 12:36:23 2002\nSubject: Lunch\n\nAt noon?\n"));

    [Fact]
    public void An_encoded_subject_is_decoded() =>
        Assert.Equal("Grüße\n\nx", From("Subject: =?iso-8859-1?Q?Gr=FC=DFe?=\n\nx"));

    [Fact]
    public void A_charset_is_obeyed()
    {
        var body = Encoding.UTF8.GetBytes("naïve");
        Assert.Equal("s\n\nnaïve", MailText.From([.. "Subject: s\nContent-Type: text/plain; charset=utf-8\n\n"u8, .. body]));
    }

    [Theory]
    [InlineData("x-no-such-charset")]
    [InlineData("\"\"")]
    [InlineData("DEFAULT_CHARSET")]
    public void A_charset_that_does_not_exist_is_read_as_windows_1252(string charset) =>
        Assert.Equal("s\n\n“café”", MailText.From([.. Encoding.ASCII.GetBytes($"Subject: s\nContent-Type: text/plain; charset={charset}\n\n"), 0x93, .. "caf"u8, 0xE9, 0x94]));

    [Fact]
    public void Html_alone_gives_its_words() =>
        Assert.Equal("s\n\nBuy now & save", From("""
            Subject: s
            Content-Type: text/html

            <html><head><style>p { color: red }</style><script>var x = "<b>";</script></head><!-- hidden -->
            <body><p>Buy <b>now</b> &amp; save</body></html>
            """));

    [Fact]
    public void Html_that_calls_itself_plain_gives_its_words() =>
        Assert.Equal("s\n\nBuy now", From("Subject: s\nContent-Type: text/plain\n\n<html><body><table><tr><td><font size=2>Buy now</font></td></tr></table></body></html>"));

    [Fact]
    public void A_tag_that_someone_writes_about_stays() =>
        Assert.Equal("s\n\nUse <br> or <p> here", From("Subject: s\n\nUse <br> or <p> here"));

    [Fact]
    public void Of_alternatives_the_plain_one_is_taken() =>
        Assert.Equal("s\n\nplain words", From(Multipart("alternative", ("text/plain", "plain words"), ("text/html", "<p>html words</p>"))));

    [Fact]
    public void An_empty_plain_alternative_gives_way_to_the_html() =>
        Assert.Equal("s\n\nhtml words", From(Multipart("alternative", ("text/plain", "  "), ("text/html", "<p>html words</p>"))));

    [Fact]
    public void Attachments_are_skipped() =>
        Assert.Equal("s\n\nsee below", From(Multipart("mixed", ("text/plain", "see below"), ("application/octet-stream", "AAAA"), ("text/plain\nContent-Disposition: attachment", "a log"))));

    [Fact]
    public void A_multipart_without_its_parts_gives_the_subject() =>
        Assert.Equal("s", From("Subject: s\nContent-Type: multipart/mixed; boundary=\"b\"\n\nno part here"));

    [Fact]
    public void No_bytes_whatever_make_it_fail() =>
        Gen.Byte.Array[0, 400].Sample(bytes => MailText.From(bytes) is not null);

    [Fact]
    public void No_mutilated_mail_makes_it_fail() =>
        Gen.Select(Gen.Int[0, 400], Gen.Byte).Sample((position, value) =>
        {
            var mail = Encoding.Latin1.GetBytes(Multipart("alternative", ("text/plain; charset=gb2312", "words"), ("text/html", "<p>html <b>words</p>")));
            mail[position % mail.Length] = value;
            return MailText.From(mail) is not null;
        });

    private static string From(string mail) => MailText.From(Encoding.Latin1.GetBytes(mail.ReplaceLineEndings("\n")));

    private static string Multipart(string kind, params (string Type, string Body)[] parts) =>
        $"Subject: s\nMIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary=\"b\"\n\n"
        + string.Concat(parts.Select(part => $"--b\nContent-Type: {part.Type}\n\n{part.Body}\n")) + "--b--\n";
}
