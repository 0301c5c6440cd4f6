namespace Pipeline.Benchmarks.Onnx;

/// <summary>Measures candidates beside each other.</summary>
internal static class Turns
{
    /// <summary>One run of each in turn, so that what else the machine does meets all of them.</summary>
    public static Measured[] Measure(Candidate[] candidates, Func<TimeSpan> now)
    {
        var times = candidates.Select(_ => new List<double>()).ToArray();
        for (int round = 0; round < candidates.Max(c => c.Rounds); round++)
        {
            foreach (var (candidate, list) in candidates.Zip(times).Where(c => round < c.First.Rounds))
            {
                var start = now();
                candidate.Run();
                list.Add((now() - start).TotalMilliseconds);
            }
        }

        return [.. candidates.Zip(times, (c, t) => new Measured(c.Name, t))];
    }

    /// <summary>Refuses candidates that do not compute what the last one computes: logits of fp32 within 1e-3, of int8 within 0.5. Each runs twice, which warms it up.</summary>
    public static void RequireSame(Candidate[] candidates)
    {
        var expected = candidates[^1].Run();
        foreach (var candidate in candidates)
        {
            candidate.Run();
            double worst = candidate.Run().Zip(expected, (a, e) => a.Zip(e, (x, y) => Math.Abs(x - y)).Max()).Max();
            double allowed = candidate.Name.Contains("int8", StringComparison.Ordinal) ? 0.5 : 1e-3;
            if (worst > allowed) throw new InvalidOperationException($"{candidate.Name} is not the same model: its logits differ by {worst:g3}.");
        }
    }
}
