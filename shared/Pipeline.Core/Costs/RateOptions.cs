using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Pipeline.Core.Costs;

/// <summary>
/// What training costs and how fast it is; configuration section <c>Pipeline:Rates</c>. Prices are the operator's to set: there is
/// no default, and without one nothing is priced.
/// </summary>
public sealed class RateOptions : IValidatableObject
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "Pipeline:Rates";

    /// <summary>What runs are trained on, by its short name (<c>T4</c>, <c>A100</c>, <c>cpu</c>). Default: what the last run was trained on, else <c>cpu</c>.</summary>
    public string? Accelerator { get; set => field = NullIfBlank(value); }

    /// <summary>The currency of the prices, for example <c>EUR</c>; it is written beside them and nothing else. Default: none.</summary>
    public string? Currency { get; set => field = NullIfBlank(value); }

    /// <summary>Rates by the accelerator's short name. Default: none.</summary>
    public Dictionary<string, AcceleratorRates> Accelerators { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The rates of an accelerator; those of none where it has none.</summary>
    public AcceleratorRates Of(string accelerator) =>
        // The configuration binder may have put another dictionary in place.
        Accelerators.FirstOrDefault(a => a.Key.Equals(accelerator, StringComparison.OrdinalIgnoreCase)).Value ?? new AcceleratorRates();

    /// <summary>What so many seconds of a container cost, to a hundredth of a cent; null where the accelerator has no price.</summary>
    public decimal? PriceOf(string accelerator, double seconds) =>
        Of(accelerator).PerHour is { } perHour ? Math.Round(perHour * (decimal)seconds / 3600, 4, MidpointRounding.AwayFromZero) : null;

    /// <summary>How the price of an accelerator is set.</summary>
    public static string HowToPrice(string accelerator) =>
        $"No price is set for '{accelerator}': set {Section}:Accelerators:{accelerator}:PerHour to what an hour of the trainer's container costs, and {Section}:Currency.";

    // The infrastructure sets what nobody has given to nothing.
    private static string? NullIfBlank(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, rates) in Accelerators)
        {
            foreach (var (setting, value, least, most) in rates.Limits())
            {
                if (value is { } number && !(number >= least && number <= most))
                {
                    yield return new ValidationResult(string.Create(
                        CultureInfo.InvariantCulture, $"{Section}:Accelerators:{name}:{setting} is {number}; it must be from {least} to {most}."));
                }
            }
        }
    }
}

/// <summary>What an accelerator costs and how fast it is. What is left out is known of the accelerator, or assumed.</summary>
public sealed class AcceleratorRates
{
    /// <summary>Price of an hour of the trainer's container on it, all that is billed with it included. Default: none, and no price is told.</summary>
    public decimal? PerHour { get; set; }

    /// <summary>FLOP/s at best, in units of 10¹². Default: the data sheet's of a known GPU; 0.4 for <c>cpu</c>, 0.2 for each of two cores.</summary>
    public double? PeakTflops { get; set; }

    /// <summary>Share of that which training reaches, 0 to 1. Default 0.25, an assumption; it no longer counts once a run has been measured.</summary>
    public double? Utilisation { get; set; }

    /// <summary>Seconds of a container that are not training: start, download, baselines, export, publishing. Default 120, an assumption likewise.</summary>
    public double? StartSeconds { get; set; }

    internal IEnumerable<(string Setting, double? Value, double Least, double Most)> Limits() =>
    [
        (nameof(PerHour), (double?)PerHour, 0, 1e6),
        (nameof(PeakTflops), PeakTflops, 1e-4, 1e6),
        (nameof(Utilisation), Utilisation, 1e-4, 1),
        (nameof(StartSeconds), StartSeconds, 0, 86_400),
    ];
}
