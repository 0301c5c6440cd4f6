using Pipeline.Fuzz;

namespace Pipeline.UnitTests.Datasets;

/// <summary>A few thousand inputs for each reader; docs/fuzzing.md has the long run.</summary>
public sealed class FuzzSmokeTests
{
    public static TheoryData<string> Targets => [.. FuzzTargets.Names];

    [Theory]
    [MemberData(nameof(Targets))]
    public void No_input_makes_a_reader_crash_hang_or_allocate_without_bound(string target)
    {
        var loop = new FuzzLoop(FuzzTargets.Of(target), new Coverage(), seed: 7);

        loop.Run(() => loop.Inputs < 2_000, current: _ => { });

        Assert.Empty(loop.Findings.Select(f => $"{f.Key}: {Convert.ToHexString(f.Value)}"));
    }
}
