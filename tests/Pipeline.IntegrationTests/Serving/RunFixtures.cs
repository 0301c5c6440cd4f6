using Pipeline.Core.Runs;

namespace Pipeline.IntegrationTests.Serving;

/// <summary>Run records with what a record needs and nothing more.</summary>
internal static class RunFixtures
{
    public static RunRecord Run(string id, string model, RunState state, DateTimeOffset? createdAt = null) => new()
    {
        RunId = id,
        ModelName = model,
        Version = "v1",
        Dataset = new DatasetReference(model + ".csv", "0x1", 100),
        State = state,
        Options = new RunOptions(),
        CreatedAt = createdAt ?? DateTimeOffset.UnixEpoch,
    };
}
