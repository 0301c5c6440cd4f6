using System.Threading.Channels;
using Pipeline.Core.Datasets;

namespace Pipeline.Functions.Ingestion.Parts;

/// <summary>
/// Works on rows on all cores while a thread of its own reads them, and hands the results on in the order of the rows.
/// A few batches are under way at a time, so that memory does not grow with the file.
/// </summary>
internal static class RowBatches
{
    private const int BatchRows = 512;
    private const int BatchCharacters = 262_144;

    /// <summary>Reads all rows.</summary>
    /// <param name="rows">Enumerated on one thread.</param>
    /// <param name="work">Called on several threads.</param>
    /// <param name="take">Called with each row and its result, one after the other, in the order of the rows.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async Task RunAsync<T>(
        IEnumerable<DatasetRow> rows, Func<DatasetRow, T> work, Func<DatasetRow, T, ValueTask> take, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var batches = Channel.CreateBounded<Task<(DatasetRow Row, T Result)[]>>(Environment.ProcessorCount + 1);
        var reading = Task.Run(ReadAsync, CancellationToken.None);
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(cancellationToken))
            {
                foreach (var (row, result) in await batch)
                    await take(row, result);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
        }

        async Task ReadAsync()
        {
            try
            {
                foreach (var batch in Cut(rows))
                {
                    stop.Token.ThrowIfCancellationRequested();
                    await batches.Writer.WriteAsync(
                        Task.Run(() => Array.ConvertAll(batch, row => (row, work(row))), stop.Token), stop.Token);
                }

                batches.Writer.Complete();
            }
            catch (Exception e)
            {
                // Thrown to whoever takes the rows, after those that were read before.
                batches.Writer.Complete(e);
            }
        }
    }

    private static IEnumerable<DatasetRow[]> Cut(IEnumerable<DatasetRow> rows)
    {
        var batch = new List<DatasetRow>(BatchRows);
        var characters = 0;
        foreach (var row in rows)
        {
            batch.Add(row);
            characters += row.Text.Length + (row.TextPair?.Length ?? 0);
            if (batch.Count < BatchRows && characters < BatchCharacters)
                continue;
            yield return batch.ToArray();
            batch.Clear();
            characters = 0;
        }

        if (batch.Count > 0)
            yield return batch.ToArray();
    }
}
