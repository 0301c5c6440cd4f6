using System.Globalization;

namespace Pipeline.Core.Costs;

/// <summary>An estimate, and what came of it, in words.</summary>
public static class EstimateText
{
    /// <summary>What a run has used, in a sentence.</summary>
    public static string Sentence(RunUsage usage)
    {
        var attempts = usage.Attempts > 1 ? $" in {usage.Attempts} containers" : "";
        var price = usage.Price is { } p ? string.Create(CultureInfo.InvariantCulture, $", {p:#,0.####}{(usage.Currency is { } name ? " " + name : "")}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"It took {usage.BilledSeconds / 60:#,0.0} minutes on {usage.Accelerator}{attempts}{price}.");
    }

    /// <summary>What it comes to, in a sentence.</summary>
    public static string Sentence(CostEstimate estimate)
    {
        var trials = estimate.Trials > 1 ? $", {estimate.Trials} trials" : "";
        var work = string.Create(CultureInfo.InvariantCulture, $"{estimate.Tokens:N0} tokens in {estimate.Epochs:0.##} passes{trials}");
        if (estimate.Minutes is not { } minutes)
            return $"Training: {work}; how long it takes on {estimate.Accelerator} is not known.";
        var currency = estimate.Currency is { } name ? " " + name : "";
        var price = estimate.Price is { } p ? string.Create(CultureInfo.InvariantCulture, $", {p.Likely:#,0.####}{currency} ({p.Low:#,0.####} to {p.High:#,0.####})") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Training: {work}; about {minutes.Likely:#,0.####} minutes on {estimate.Accelerator} ({minutes.Low:#,0.####} to {minutes.High:#,0.####}, {(estimate.BasedOn == EstimateBasis.Measured ? "measured" : "calculated")}){price}.");
    }
}
