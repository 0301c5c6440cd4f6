namespace Pipeline.Core.Costs;

/// <summary>A figure that is not known exactly.</summary>
/// <param name="Low">It is hardly less.</param>
/// <param name="Likely">The best guess.</param>
/// <param name="High">It is hardly more.</param>
public readonly record struct CostRange(double Low, double Likely, double High)
{
    /// <summary>A figure that is known.</summary>
    public static CostRange Exactly(double value) => new(value, value, value);

    /// <summary>The sum.</summary>
    public static CostRange operator +(CostRange a, CostRange b) => new(a.Low + b.Low, a.Likely + b.Likely, a.High + b.High);

    /// <summary>So many times as much.</summary>
    public static CostRange operator *(double times, CostRange range) => new(times * range.Low, times * range.Likely, times * range.High);

    /// <summary>Two figures multiplied, both of them positive.</summary>
    public static CostRange operator *(CostRange a, CostRange b) => new(a.Low * b.Low, a.Likely * b.Likely, a.High * b.High);

    /// <summary>With three digits: more would look like knowledge.</summary>
    public CostRange Rounded() => new(Round(Low), Round(Likely), Round(High));

    private static double Round(double value)
    {
        if (value == 0 || !double.IsFinite(value))
            return value;
        var places = 2 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return places >= 0 ? Math.Round(value, Math.Min(places, 15)) : Math.Round(value * Math.Pow(10, places)) * Math.Pow(10, -places);
    }
}
