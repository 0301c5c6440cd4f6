using System.Text;
using System.Text.RegularExpressions;
using MimeKit;

namespace Pipeline.Local.Demo;

/// <summary>
/// What a person reads of a mail: the subject, an empty line, the body as plain text.
/// Sender, date and all other headers stay out: they tell which archive a mail was collected in, not what it says.
/// </summary>
internal static partial class MailText
{
    private static readonly Encoding Fallback = Windows1252();

    /// <summary>The text of a raw mail. Never fails: a mail that cannot be parsed gives what can be read of it.</summary>
    public static string From(byte[] source)
    {
        var (subject, body) = Parse(source);
        return Tidy($"{subject}\n\n{body}");
    }

    private static (string Subject, string Body) Parse(byte[] bytes)
    {
        try
        {
            using var stream = new MemoryStream(SkipEnvelopeLine(bytes), writable: false);
            using var message = MimeMessage.Load(stream);
            var body = new StringBuilder();
            Append(message.Body, body);
            return (message.Subject ?? "", body.ToString());
        }
        catch (Exception e) when (e is FormatException or ParseException or NotSupportedException or ArgumentException)
        {
            // No headers that MimeKit can make sense of: the text as it stands is all there is.
            return ("", Fallback.GetString(bytes));
        }
    }

    private static void Append(MimeEntity? entity, StringBuilder body)
    {
        switch (entity)
        {
            case MultipartAlternative alternative:
                Append(Preferred(alternative), body);
                break;
            case Multipart multipart:
                foreach (var part in multipart)
                    Append(part, body);
                break;
            case MessagePart { Message: { } message }:
                body.Append(message.Subject).Append("\n\n");
                Append(message.Body, body);
                break;
            case TextPart { IsAttachment: false } text:
                var content = Decode(text);
                body.Append(text.IsHtml || LooksLikeHtml(content) ? HtmlText.From(content) : content).Append('\n');
                break;
        }
    }

    // Plain text says the same without the noise; a part of white space only is a placeholder.
    private static MimeEntity? Preferred(MultipartAlternative alternative) =>
        alternative.OfType<TextPart>().FirstOrDefault(part => part.IsPlain && !string.IsNullOrWhiteSpace(Decode(part)))
        ?? alternative.LastOrDefault();

    private static string Decode(TextPart part)
    {
        if (part.Content is null)
            return "";
        using var memory = new MemoryStream();
        part.Content.DecodeTo(memory);
        return Charset(part).GetString(memory.GetBuffer(), 0, (int)memory.Length);
    }

    // Mails name charsets that never existed; Windows-1252 reads any byte and is what most of them meant.
    private static Encoding Charset(TextPart part)
    {
        try
        {
            return part.ContentType.Charset is { Length: > 0 } name ? Encoding.GetEncoding(name) : Fallback;
        }
        catch (ArgumentException)
        {
            return Fallback;
        }
    }

    private static Encoding Windows1252()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding(1252);
    }

    // Spam often sends HTML and calls it plain. A reply that quotes a tag or two is not meant.
    private static bool LooksLikeHtml(string text) => HtmlTag().Count(text) >= 5;

    // Some files begin with the mbox separator "From address date", which is no header.
    private static byte[] SkipEnvelopeLine(byte[] bytes) =>
        bytes.AsSpan().StartsWith("From "u8) && bytes.AsSpan().IndexOf((byte)'\n') is > 0 and var end ? bytes[(end + 1)..] : bytes;

    private static string Tidy(string text)
    {
        text = Control().Replace(text.ReplaceLineEndings("\n"), " ");
        text = Blanks().Replace(text, " ");
        return EmptyLines().Replace(text, "\n\n").Trim();
    }

    [GeneratedRegex(@"<(html|head|body|font|table|tr|td|p|br|div|center)[\s>]", RegexOptions.IgnoreCase)]
    private static partial Regex HtmlTag();

    [GeneratedRegex(@"[\p{Cc}\p{Cf}\uFFFD-[\n\t]]")]
    private static partial Regex Control();

    [GeneratedRegex(@"[ \t\u00A0]+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"\n[ \n]*\n")]
    private static partial Regex EmptyLines();
}
