using System.Text;

namespace Pipeline.Local.Demo;

/// <summary>Writes the demo's dataset: a CSV with the columns <c>text</c> and <c>label</c> (ham or spam).</summary>
internal static class MailTable
{
    /// <summary>Writes the mails in their order, each text once: a copy in the test split would be a question already answered in training.</summary>
    /// <returns>How many rows were written, and how many mails were left out and why.</returns>
    public static async Task<MailCount> WriteAsync(IReadOnlyList<RawMail> mails, Stream output, CancellationToken cancellationToken)
    {
        // The order stays that of the input, whichever thread is faster.
        var texts = mails.AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(mail => MailText.From(mail.Source)).ToList();
        var written = new HashSet<string>(StringComparer.Ordinal);
        var empty = 0;
        await using var writer = new StreamWriter(output, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        await writer.WriteLineAsync("text,label");
        foreach (var (mail, text) in mails.Zip(texts))
        {
            if (text.Length == 0)
                empty++;
            if (text.Length == 0 || !written.Add(text))
                continue;
            await writer.WriteLineAsync($"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{(mail.IsSpam ? "spam" : "ham")}");
        }

        return new MailCount(written.Count, empty, mails.Count - empty - written.Count);
    }
}

/// <summary>What became of the mails.</summary>
/// <param name="Rows">Rows written.</param>
/// <param name="Empty">Mails without subject and text.</param>
/// <param name="Duplicates">Mails whose text was written already.</param>
internal sealed record MailCount(int Rows, int Empty, int Duplicates);
