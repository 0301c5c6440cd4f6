namespace Pipeline.Benchmarks.Onnx;

/// <summary>Measures candidates beside each other.</summary>
internal static class Turns
{
    private const int MostRuns = 50;

    /// <summary>
    /// Each in turn, so that what else the machine does meets all of them. A turn is as many runs as begin within <paramref name="burst"/>, fifty at most; its
    /// time is their median. So a run of a millisecond is not measured right after others have emptied the caches.
    /// </summary>
    /// <param name="candidates">What is measured.</param>
    /// <param name="now">The clock: time on the wall or of the processor.</param>
    /// <param name="burst">Default 0: one run a turn.</param>
    public static Measured[] Measure(Candidate[] candidates, Func<TimeSpan> now, TimeSpan burst = default)
    {
        var times = candidates.Select(_ => new List<double>()).ToArray();
        for (int round = 0; round < candidates.Max(c => c.Rounds); round++)
        {
            foreach (var (candidate, list) in candidates.Zip(times).Where(c => round < c.First.Rounds))
            {
                var turn = new List<double>();
                for (var start = now(); turn.Count == 0 || (turn.Count < MostRuns && now() - start < burst);)
                {
                    var run = now();
                    candidate.Run();
                    turn.Add((now() - run).TotalMilliseconds);
                }

                list.Add(turn.Order().ElementAt(turn.Count / 2));
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
