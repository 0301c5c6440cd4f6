using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Datasets;

namespace Pipeline.UnitTests.Findings;

public sealed class FindingLogTests
{
    [Fact]
    public void Parts_that_were_written_as_json_merge_to_what_one_log_would_hold()
    {
        var (whole, merged) = (new FindingLog(), new FindingLog());
        for (var part = 0; part < 4; part++)
        {
            var log = new FindingLog();
            for (var line = 1; line <= 3; line++)
            {
                log.Add(FindingKind.EmptyText, line, $"row {part}");
                whole.Add(FindingKind.EmptyText, line + (part * 10), $"row {part}");
            }

            log.Add(FindingKind.Markup, null, "whole", "a.csv");
            whole.Add(FindingKind.Markup, null, "whole", "a.csv");
            var json = JsonSerializer.Serialize(log.ToList(), PipelineJson.Compact);
            merged.Merge(JsonSerializer.Deserialize<List<Finding>>(json, PipelineJson.Compact)!, part * 10);
        }

        Assert.Equal(JsonSerializer.Serialize(whole.ToList()), JsonSerializer.Serialize(merged.ToList()));
        Assert.Equal((12, 5), ((int)whole.ToList()[0].Count, whole.ToList()[0].Places.Count));
    }

    [Fact]
    public void An_excerpt_is_short_on_one_line_and_cuts_no_character_in_half()
    {
        var log = new FindingLog();
        log.Add(FindingKind.EmptyText, 1, new string('x', 159) + "😀\nand on");

        Assert.Equal(new string('x', 159) + "…", log.ToList()[0].Places[0].Excerpt);
    }

    [Fact]
    public void A_kind_is_found_by_its_id()
    {
        Assert.All(FindingKind.All, kind => Assert.Same(kind, FindingKind.Of(kind.Id)));
        Assert.Throws<ArgumentException>(() => FindingKind.Of("no-such-kind"));
    }
}
