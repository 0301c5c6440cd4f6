namespace Pipeline.Benchmarks.Tokenizers;

/// <summary>One run: seconds by the clock, seconds of processor time, and the number of tokens as a check.</summary>
internal readonly record struct Timing(double Wall, double Cpu, long Tokens);

/// <summary>The runs of one program.</summary>
internal sealed class Series(string name, Func<Timing> run)
{
    private readonly List<Timing> _timings = [];

    public string Name { get; } = name;

    public Timing Run() => run();

    public void Add(Timing timing, bool keep)
    {
        if (keep)
            _timings.Add(timing);
    }

    public string Line(double megabytes)
    {
        var (wall, cpu) = (Rates(t => t.Wall), Rates(t => t.Cpu));
        return $"{Name,-32} {Median(wall),8:0.0} {wall.Min(),7:0.0}–{wall.Max(),-7:0.0} {Median(cpu),9:0.0} {cpu.Min(),7:0.0}–{cpu.Max(),-7:0.0}   {_timings[0].Tokens:N0}";

        double[] Rates(Func<Timing, double> seconds) => [.. _timings.Select(t => megabytes / seconds(t))];
    }

    /// <summary>How many times as fast the first is as the fastest of the others, round by round.</summary>
    public static string Ratio(string title, IEnumerable<Series> series)
    {
        var all = series.ToArray();
        return $"{title}: this / the faster peer = {Of(t => t.Wall)} by the clock, {Of(t => t.Cpu)} by processor time";

        string Of(Func<Timing, double> seconds)
        {
            double[] ratios = [.. all[0]._timings.Index().Select(t => all[1..].Min(peer => seconds(peer._timings[t.Index])) / seconds(t.Item))];
            return $"{Median(ratios):0.0} ({ratios.Min():0.0}–{ratios.Max():0.0})";
        }
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
