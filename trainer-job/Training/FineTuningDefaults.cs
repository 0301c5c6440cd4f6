using System.Globalization;
using Pipeline.Core.Runs;
using Pipeline.Modeling.Pretrained;

namespace Pipeline.Trainer.Training;

/// <summary>
/// The usual recipe of fine-tuning a pretrained transformer, Hugging Face's defaults, moved where the sizes of model and dataset say so.
/// </summary>
internal static class FineTuningDefaults
{
    // The batch that the rates below were searched with.
    private const int BatchSize = 16;

    // The larger the model, the lower the rate: what the authors of models of these sizes searched and used (Turc et al. 2019 for
    // small BERTs, Devlin et al. 2019 for base, Liu et al. 2019 for large, Brown et al. 2020 beyond).
    private static readonly (double Parameters, double Rate)[] Rates = [(50e6, 1e-4), (250e6, 5e-5), (750e6, 2e-5), (double.PositiveInfinity, 1e-5)];

    /// <summary>Chooses.</summary>
    /// <param name="model">The base model.</param>
    /// <param name="examples">Of the training split.</param>
    /// <param name="examplesPerStep">Of an optimizer step, where the user set them; null: chosen here.</param>
    /// <param name="isLora">Whether LoRA adapters are trained, and not the weights.</param>
    public static Defaults For(PretrainedConfig model, int examples, long? examplesPerStep, bool isLora) => new(
        DefaultPasses.FineTuning(examples).Epochs,
        DefaultPasses.FineTuning(examples).BatchSize,
        Scaled(isLora ? (3e-4, "adapters start at zero and have far to go, and the weights under them stay as they are") : RateFor(Parameters(model)), examplesPerStep),
        (0.1, "0.1: as the families were trained with"),
        (0, "0: pretrained weights do not lean on single words"),
        (0, "0: a pretrained model is trained on what it will read"),
        (0, "0: a few epochs end with a learning rate near zero, which averages by itself"),
        (0, "0: a pretrained model knows more than a linear one"),
        (0, "0: there is no teacher"));

    /// <summary>Parameters of a model, about: matrices of the blocks and the token embedding.</summary>
    public static double Parameters(PretrainedConfig model) =>
        (double)model.LayerCount * model.Width * (4.0 * model.Width + 2.0 * model.InnerWidth) + (double)model.VocabSize * model.Width;

    private static (double, string) RateFor(double parameters)
    {
        var rate = Rates.First(r => parameters < r.Parameters).Rate;
        var size = parameters < 1e6 ? "under a million" : Invariant($"about {parameters / 1e6:N0} million");
        return (rate, rate == 5e-5 ? $"Hugging Face's default, which suits {size} parameters" : $"for {size} parameters; Hugging Face's 5e-05 suits about 100 million");
    }

    // The square-root rule for Adam (Malladi et al. 2022): as many times the rate as the root of as many times the examples.
    private static (double, string) Scaled((double Rate, string Reason) chosen, long? examplesPerStep)
    {
        var factor = Math.Clamp(Math.Sqrt((examplesPerStep ?? BatchSize) / (double)BatchSize), 0.25, 4);
        // Two figures: more would look like knowledge.
        var rate = double.Parse((chosen.Rate * factor).ToString("e1", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return (rate, Invariant($"{rate:0.#e-00}: {chosen.Reason}") + (factor == 1 ? "" : Invariant($"; times {factor:0.##}, since a step has {examplesPerStep} examples and not {BatchSize}")));
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
