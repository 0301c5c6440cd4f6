using Pipeline.Core.Datasets;
using Pipeline.Tests.Containers;

namespace Pipeline.UnitTests.Findings;

/// <summary>The pages in docs/findings.</summary>
public sealed class FindingPagesTests
{
    private static readonly string[] Headings = ["## What it means", "## Example", "## Why it matters", "## How to fix it", "## Switching it off"];

    private static readonly string Folder = Repository.PathOf("docs/findings");

    public static TheoryData<string> Ids => [.. FindingKind.All.Select(k => k.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_kind_has_a_page_that_says_all_there_is_to_know(string id)
    {
        var path = Path.Combine(Folder, id + ".md");
        Assert.True(File.Exists(path), $"Write docs/findings/{id}.md with the headings of the pages beside it.");
        var lines = File.ReadAllLines(path);

        Assert.Equal($"# {id}", lines[0]);
        Assert.Contains($"Severity: **{FindingKind.Of(id).Severity.ToString().ToLowerInvariant()}**", lines);
        Assert.Equal(Headings, lines.Where(l => l.StartsWith("## ", StringComparison.Ordinal)));
        foreach (var heading in Headings)
            Assert.NotEmpty(string.Concat(lines.SkipWhile(l => l != heading).Skip(1).TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal))));
    }

    [Fact]
    public void No_page_is_without_a_kind() =>
        Assert.Empty(Directory.EnumerateFiles(Folder).Select(f => Path.GetFileNameWithoutExtension(f)!).Except(FindingKind.All.Select(k => k.Id)).Except(["README"]));

    [Fact]
    public void The_index_has_every_page()
    {
        var index = File.ReadAllText(Path.Combine(Folder, "README.md"));

        Assert.All(FindingKind.All, kind => Assert.Contains($"[{kind.Id}]({kind.Id}.md)", index));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_kind_says_what_it_means_and_what_to_do(string id)
    {
        var kind = FindingKind.Of(id);

        Assert.Matches("^[a-z]+(-[a-z]+)*$", kind.Id);
        Assert.EndsWith(".", kind.Meaning);
        Assert.NotEmpty(kind.Fix);
    }
}
