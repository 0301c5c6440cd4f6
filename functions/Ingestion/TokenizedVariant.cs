using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;

namespace Pipeline.Functions.Ingestion;

/// <summary>A tokenizer that a run's dataset is written with. Most runs have one; a sweep over base models has one for each.</summary>
/// <param name="BaseModel">The base model whose tokenizer it is; null: learned from the dataset.</param>
/// <param name="Folder">Where its files and shards lie in the run's folder; empty, or ends in a slash.</param>
internal sealed record TokenizedVariant(string? BaseModel, string Folder)
{
    /// <summary>The variants of a run, in order.</summary>
    public static IReadOnlyList<TokenizedVariant> Of(RunOptions options)
    {
        var baseModels = SweepTrials.BaseModels(options);
        return [.. baseModels.Select(name => new TokenizedVariant(name, baseModels.Count == 1 ? "" : $"base-models/{name}/"))];
    }

    /// <summary>Puts the folder before the names of shards.</summary>
    public IReadOnlyDictionary<string, SplitSummary> Place(IReadOnlyDictionary<string, SplitSummary> splits) =>
        splits.ToDictionary(s => s.Key, s => s.Value with { Shards = [.. s.Value.Shards.Select(shard => Folder + shard)] });
}
