using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Runs;

namespace Pipeline.UnitTests.DatasetOptions;

public sealed class OptionConflictsTests
{
    public static TheoryData<RunOptions, string> Conflicts => new()
    {
        { new RunOptions { BaseModel = "gpt2", VocabularySize = 500 }, "vocabulary_size" },
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
            new() { BaseModel = "gpt2", FreezeLayers = 3 },
            new() { BaseModel = "gpt2", LoraR = 8, LoraAlpha = 16, LoraDropout = 0.1, LoraTargetModules = "c_attn", UseRslora = true, BaseModelDtype = "bfloat16" },
        ];

        Assert.All(good, options => Assert.Equal(options, RunOptionsReader.FromJson(Json(options), "o")));
    }

    private static string Json(RunOptions options) => JsonSerializer.Serialize(options, PipelineJson.Indented);
}
