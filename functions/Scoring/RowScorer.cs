using Microsoft.Extensions.Options;
using Pipeline.Core;
using Pipeline.Core.Datasets.Inputs;
using Pipeline.Functions.Serving;
using Pipeline.Functions.Serving.Batching;
using Pipeline.Functions.Serving.Explaining;

namespace Pipeline.Functions.Scoring;

/// <summary>
/// Classifies rows of a file in between the requests of others: a few texts at a time stand in the model's queue, and where the queue is
/// full they wait until it is not.
/// </summary>
internal sealed class RowScorer(IOptions<ScoringOptions> options, TimeProvider time) : IDisposable
{
    // One group is computed while the next is tokenized and waits. The host has several files worked on at once; they take turns.
    private const int GroupsAtOnce = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _turns = new(GroupsAtOnce);

    /// <summary>Classifies rows.</summary>
    /// <param name="model">A held version.</param>
    /// <param name="rows">The rows; those with a problem are passed over.</param>
    /// <param name="explainedWords">Words that each row says, at most; null: nothing is explained.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>An answer for each row, in the order given.</returns>
    public async Task<IReadOnlyList<RowAnswer>> ScoreAsync(LoadedModel model, IReadOnlyList<InputRow> rows, int? explainedWords, CancellationToken cancellationToken)
    {
        var answers = rows.Select(row => new RowAnswer(row, null)).ToArray();
        var groups = rows.Index().Where(r => r.Item.Problem is null).Select(r => r.Index).Chunk(explainedWords is null ? Math.Max(1, options.Value.TextsAtOnce / GroupsAtOnce) : 1);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = GroupsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(groups, parallel, async (group, cancel) =>
        {
            TextInput[] texts = [.. group.Select(i => new TextInput(rows[i].Text, rows[i].TextPair))];
            await _turns.WaitAsync(cancel);
            try
            {
                foreach (var (i, ranked) in group.Zip(await WhenThereIsRoomAsync(model, texts, explainedWords, cancel)))
                    answers[i] = answers[i] with { Ranked = ranked };
            }
            finally
            {
                _turns.Release();
            }
        });
        return answers;
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    private async Task<IReadOnlyList<IReadOnlyList<LabelScore>>> WhenThereIsRoomAsync(
        LoadedModel model, TextInput[] texts, int? explainedWords, CancellationToken cancellationToken)
    {
        // All labels, whatever their scores: the result says which of them are given.
        var answer = new AnswerOptions(Threshold: model.Manifest.ProblemType == ProblemType.MultiLabelClassification ? 0 : null);
        while (true)
        {
            try
            {
                return explainedWords is { } words
                    ? await Occlusion.ExplainAsync(model, texts, answer, words, options.Value.ExplainPasses, cancellationToken)
                    : await model.ClassifyAsync(texts, answer, cancellationToken);
            }
            catch (OverloadedException)
            {
                // Requests over HTTP are answered 429 at such a moment; a file has time.
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }
}
