using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Runs;

namespace Pipeline.UnitTests.DatasetOptions;

public sealed class OptionConflictsTests
{
    public static TheoryData<RunOptions, string> Conflicts => new()
    {
        { new RunOptions { BaseModel = "gpt2", VocabularySize = 500 }, "vocabulary_size" },
        { new RunOptions { ProblemType = ProblemType.Regression, LabelSeparator = ";" }, "label_separator" },
        { new RunOptions { ProblemType = ProblemType.Regression, LabelNames = new("a", "b") }, "label_names" },
        { new RunOptions { ProblemType = ProblemType.Regression, MergeLabelVariants = true }, "merge_label_variants" },
        { new RunOptions { LoraR = 8 }, "lora_r" },
        { new RunOptions { FreezeLayers = 2 }, "freeze_layers" },
        { new RunOptions { BaseModel = "gpt2", LoraR = 8, FreezeLayers = 2 }, "freeze_layers" },
        { new RunOptions { BaseModel = "gpt2", LoraAlpha = 8 }, "lora_alpha" },
        { new RunOptions { BaseModel = "gpt2", LoraDropout = 0 }, "lora_dropout" },
        { new RunOptions { BaseModel = "gpt2", LoraTargetModules = "c_attn" }, "lora_target_modules" },
        { new RunOptions { BaseModel = "gpt2", UseRslora = true }, "use_rslora" },
        { new RunOptions { BaseModel = "gpt2", BaseModelDtype = "bfloat16" }, "base_model_dtype" },
        { new RunOptions { ProblemType = ProblemType.SingleLabelClassification, TuneThresholds = true }, "tune_thresholds" },
        { new RunOptions { ProblemType = ProblemType.MultiLabelClassification, AbstainAccuracy = 0.95 }, "abstain_accuracy" },
        { new RunOptions { WarmupSteps = 10, WarmupRatio = 0.1 }, "warmup_ratio" },
        { new RunOptions { LrSchedulerType = "constant", WarmupSteps = 10 }, "warmup_steps" },
        { new RunOptions { LrSchedulerKwargs = new SchedulerKwargs { Power = 2 } }, "lr_scheduler_kwargs" },
        { new RunOptions { LrSchedulerType = "polynomial", LearningRate = 1e-4, LrSchedulerKwargs = new SchedulerKwargs { LrEnd = 1e-3 } }, "lr_scheduler_kwargs" },
        { new RunOptions { EvalSteps = 10 }, "eval_steps" },
        { new RunOptions { SaveSteps = 10 }, "save_steps" },
        { new RunOptions { LoggingStrategy = "no", LoggingSteps = 10 }, "logging_steps" },
        { new RunOptions { EvalStrategy = "no", EarlyStoppingPatience = 2 }, "early_stopping_patience" },
        { new RunOptions { EvalStrategy = "no", LoadBestModelAtEnd = true }, "load_best_model_at_end" },
        { new RunOptions { EvalStrategy = "no", MetricForBestModel = "accuracy" }, "metric_for_best_model" },
        { new RunOptions { EarlyStoppingThreshold = 0.1 }, "early_stopping_threshold" },
        { new RunOptions { GreaterIsBetter = true }, "greater_is_better" },
        { new RunOptions { MetricForBestModel = "acuracy" }, "metric_for_best_model" },
        { new RunOptions { Bf16 = true, Fp16 = true }, "fp16" },
    };

    [Theory, MemberData(nameof(Conflicts))]
    public void Options_that_mean_nothing_together_are_refused_by_name(RunOptions options, string named)
    {
        var error = Assert.Throws<RunOptionsException>(() => RunOptionsReader.FromJson(Json(options), "spam.options.json"));

        var problem = Assert.Single(error.Problems);
        Assert.Equal(named, problem.Option);
        Assert.Contains($"'{named}'", problem.Message, StringComparison.Ordinal);
        Assert.Contains($"\"{named}\"", Json(options).Split('\n')[(int)problem.Line!.Value - 1], StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_go_together_are_taken()
    {
        RunOptions[] good =
        [
            new(),
            new() { ProblemType = ProblemType.Regression, LabelColumn = "stars", LabelUntil = " " },
            new() { BaseModel = "gpt2", FreezeLayers = 3 },
            new() { LrSchedulerType = "cosine_with_restarts", LrSchedulerKwargs = new SchedulerKwargs { NumCycles = 3 }, WarmupRatio = 0.2 },
            new() { EvalStrategy = "steps", EvalSteps = 50, MetricForBestModel = "eval_loss", EarlyStoppingPatience = 3, EarlyStoppingThreshold = 0.01 },
            new() { MetricForBestModel = "weighted_recall", GreaterIsBetter = true, ClassWeights = ClassWeights.Of([KeyValuePair.Create("spam", 2.5)]) },
            new() { EvalStrategy = "no", SaveStrategy = "no", LoggingStrategy = "no", LoadBestModelAtEnd = false, ClassWeights = ClassWeights.Balanced },
            new() { BaseModel = "gpt2", LoraR = 8, LoraAlpha = 16, LoraDropout = 0.1, LoraTargetModules = "c_attn", UseRslora = true, BaseModelDtype = "bfloat16" },
        ];

        Assert.All(good, options => Assert.Equal(options, RunOptionsReader.FromJson(Json(options), "o")));
    }

    [Fact]
    public void A_figure_that_no_evaluation_gives_is_answered_with_the_one_that_was_meant_and_all_there_are()
    {
        var error = Assert.Throws<RunOptionsException>(() => RunOptionsReader.FromJson("""{"metric_for_best_model":"macro_f"}""", "o"));

        Assert.Contains("Did you mean macro_f1?", error.Message, StringComparison.Ordinal);
        Assert.Contains("hamming_loss", error.Message, StringComparison.Ordinal);
    }

    private static string Json(RunOptions options) => JsonSerializer.Serialize(options, PipelineJson.Indented);
}
