using Pipeline.Core.Datasets;
using Pipeline.Core.Sweeps;

namespace Pipeline.Core.Runs;

/// <summary>Options that are each right by themselves but mean nothing together.</summary>
internal static class OptionConflicts
{
    /// <summary>What does not go together.</summary>
    /// <param name="options">Each within its limits.</param>
    public static IEnumerable<OptionProblem> Find(RunOptions options) => options.Sweep is not { } sweep
        ? OfOneModel(options)
        : SweepConflicts.Find(options).Concat(
            (sweep.BaseModel ?? new NameList()).DefaultIfEmpty(options.BaseModel).SelectMany(name => OfOneModel(options with { BaseModel = name })).Distinct());

    private static IEnumerable<OptionProblem> OfOneModel(RunOptions options)
    {
        if (options.BaseModel is not null && options.VocabularySize != new RunOptions().VocabularySize)
            yield return Problem("vocabulary_size", "'vocabulary_size' does not go with 'base_model', which brings its own vocabulary.");
        if (options.BaseModel is null && options.LoraR is not null)
            yield return Problem("lora_r", "'lora_r' needs 'base_model': a model that is trained from scratch has no weights for adapters to add to.");
        if (options.BaseModel is null && options.FreezeLayers > 0)
            yield return Problem("freeze_layers", "'freeze_layers' needs 'base_model': a model that is trained from scratch has no weights to keep.");
        if (options.LoraR is not null && options.FreezeLayers > 0)
            yield return Problem("freeze_layers", "'freeze_layers' does not go with 'lora_r', which freezes all of the base model.");
        if (options.TuneThresholds && options.ProblemType == ProblemType.SingleLabelClassification)
            yield return Problem("tune_thresholds", "'tune_thresholds' needs several labels a text: with one, the likeliest is given.");
        if (options.AbstainAccuracy is not null && options.ProblemType == ProblemType.MultiLabelClassification)
            yield return Problem("abstain_accuracy", "'abstain_accuracy' needs one label a text: with several, a text that the model is not sure of gets none.");
        foreach (var problem in ScheduleConflicts.Find(options).Concat(EvaluationConflicts.Find(options)).Concat(WithRegression(options)))
            yield return problem;
        if (options is { Bf16: true, Fp16: true })
            yield return Problem("fp16", "'fp16' does not go with 'bf16': products are computed in one type.");
        if (options.LoraR is not null)
            yield break;
        foreach (var (name, isSet) in AboutLora(options))
        {
            if (isSet)
                yield return Problem(name, $"'{name}' needs 'lora_r': without it there are no LoRA adapters.");
        }
    }

    private static IEnumerable<OptionProblem> WithRegression(RunOptions options)
    {
        if (options.ProblemType != ProblemType.Regression)
            yield break;
        foreach (var (name, isSet) in AboutLabels(options))
        {
            if (isSet)
                yield return Problem(name, $"'{name}' does not go with \"problem_type\": \"regression\", where the label column holds a number and not the name of a class.");
        }
    }

    private static IEnumerable<(string Name, bool IsSet)> AboutLabels(RunOptions options) =>
    [
        ("label_separator", options.LabelSeparator is not null),
        ("label_names", options.LabelNames is not null),
        ("label_names_file", options.LabelNamesFile is not null),
        ("merge_label_variants", options.MergeLabelVariants),
        ("class_weights", !options.ClassWeights.Equals(ClassWeights.None)),
        ("label_smoothing_factor", options.LabelSmoothingFactor > 0),
        ("tune_thresholds", options.TuneThresholds),
        ("abstain_accuracy", options.AbstainAccuracy is not null),
    ];

    private static IEnumerable<(string Name, bool IsSet)> AboutLora(RunOptions options) =>
    [
        ("lora_alpha", options.LoraAlpha is not null),
        ("lora_dropout", options.LoraDropout is not null),
        ("lora_target_modules", options.LoraTargetModules is not null),
        ("use_rslora", options.UseRslora),
        ("base_model_dtype", options.BaseModelDtype != new RunOptions().BaseModelDtype),
    ];

    internal static OptionProblem Problem(string option, string message) => new(option, null, message);
}
