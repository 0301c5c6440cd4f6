using Pipeline.Core;
using Pipeline.Core.Runs;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Pretrained;
using Pipeline.Trainer.Training;

namespace Pipeline.Modeling.Tests.Training;

public sealed class TrainingArgumentsFactoryTests
{
    [Fact]
    public void What_the_user_set_is_taken_and_what_was_left_open_is_chosen_with_a_reason()
    {
        var arguments = Create(new RunOptions { LearningRate = 0.01, Seed = 7 }, [10, 20, 30], null);

        Assert.Equal(0.01, arguments.LearningRate);
        Assert.Equal(7, arguments.Seed);
        Assert.DoesNotContain("learning_rate", arguments.Reasons);
        Assert.Contains("num_train_epochs", arguments.Reasons);
        Assert.Contains("max_length", arguments.Reasons);
    }

    [Fact]
    public void The_length_covers_most_texts_but_is_not_longer_than_pays()
    {
        int[] messages = [.. Enumerable.Range(1, 100).Select(i => i / 2)];
        int[] mails = [.. Enumerable.Range(1, 100).Select(i => i * 10)];

        Assert.Equal(48, Create(new RunOptions(), messages, null).MaxLength);
        Assert.Equal(256, Create(new RunOptions(), mails, null).MaxLength);
    }

    [Fact]
    public void A_base_model_is_fine_tuned_gently_and_never_asked_for_more_tokens_than_it_reads()
    {
        var arguments = Create(new RunOptions { BaseModel = "gpt2", MaxLength = 2_048 }, [.. Enumerable.Repeat(10, 5_000)], new GPT2Config { NPositions = 1_024 });

        Assert.Equal(1_024, arguments.MaxLength);
        Assert.Equal(5e-5, arguments.LearningRate);
        Assert.Equal(3, arguments.NumTrainEpochs);
    }

    [Fact]
    public void Small_datasets_are_passed_over_more_often()
    {
        var few = Create(new RunOptions(), [.. Enumerable.Repeat(10, 500)], null);
        var many = Create(new RunOptions(), [.. Enumerable.Repeat(10, 50_000)], null);

        Assert.True(few.NumTrainEpochs > many.NumTrainEpochs);
    }

    [Fact]
    public void Lora_has_a_rate_of_its_own_and_PEFTs_names()
    {
        var arguments = Create(new RunOptions { BaseModel = "gpt2", LoraR = 4, LoraTargetModules = "c_attn" }, [10], new GPT2Config());

        Assert.Equal(3e-4, arguments.LearningRate);
        Assert.Equal((4, 8.0, 0.05, "gpt2"), (arguments.Lora!.R, arguments.Lora.LoraAlpha, arguments.Lora.LoraDropout, arguments.Lora.BaseModelNameOrPath));
        Assert.Equal(["c_attn"], arguments.Lora.TargetModules!);
    }

    [Fact]
    public void A_large_model_gets_fewer_tokens_a_batch_and_one_text_always_fits()
    {
        var large = new GPT2Config { NEmbd = 2_048, NLayer = 24, NHead = 16, NPositions = 2_048 };

        Assert.Equal(16_384, Create(new RunOptions(), [10], null).MaxTokensPerBatch);
        Assert.InRange(Create(new RunOptions { BaseModel = "b" }, [10], large).MaxTokensPerBatch, 1_000, 4_000);
        var huge = large with { NEmbd = 20_480, NLayer = 96 };
        Assert.Equal(2_048, Create(new RunOptions { BaseModel = "b", MaxLength = 2_048 }, [10], huge).MaxTokensPerBatch);
    }

    [Fact]
    public void With_several_labels_more_examples_are_seen()
    {
        int[] lengths = [.. Enumerable.Repeat(10, 8_000)];

        Assert.Equal(
            2 * Create(new RunOptions(), lengths, null).NumTrainEpochs,
            TrainingArgumentsFactory.Create(new RunOptions(), lengths, null, ProblemType.MultiLabelClassification).NumTrainEpochs);
    }

    [Fact]
    public void Hugging_Faces_defaults_hold_for_a_base_model_of_usual_size_and_enough_examples()
    {
        var arguments = Create(new RunOptions { BaseModel = "b" }, [.. Enumerable.Repeat(10, 5_000)], new GPT2Config());

        Assert.Equal((3, 16, 5e-5), (arguments.NumTrainEpochs, arguments.PerDeviceTrainBatchSize, arguments.LearningRate));
        Assert.Equal((0.9, 0.999, 1e-8, 0.01, 1.0, "linear"), (arguments.AdamBeta1, arguments.AdamBeta2, arguments.AdamEpsilon, arguments.WeightDecay, arguments.MaxGradNorm, arguments.LrSchedulerType));
        Assert.All(["num_train_epochs", "per_device_train_batch_size", "learning_rate", "warmup_steps"], name => Assert.Contains(name, arguments.Reasons));
    }

    [Theory]
    [InlineData(128, 2, 1e-4)] // BERT tiny, 4 million parameters
    [InlineData(768, 12, 5e-5)]
    [InlineData(1_024, 24, 2e-5)]
    [InlineData(2_048, 24, 1e-5)]
    public void The_larger_the_base_model_the_lower_the_rate(int width, int layers, double rate) =>
        Assert.Equal(rate, Create(new RunOptions { BaseModel = "b" }, [.. Enumerable.Repeat(10, 5_000)], new GPT2Config { NEmbd = width, NLayer = layers, NHead = 2 }).LearningRate);

    [Theory]
    [InlineData(100, 20, 8), InlineData(1_000, 10, 16), InlineData(3_200, 3, 16), InlineData(60_000, 3, 32), InlineData(300_000, 2, 32)]
    public void The_fewer_the_examples_the_more_epochs_and_the_smaller_the_batch(int examples, int epochs, int batchSize)
    {
        var arguments = Create(new RunOptions { BaseModel = "b" }, [.. Enumerable.Repeat(10, examples)], new GPT2Config());

        Assert.Equal((epochs, batchSize), (arguments.NumTrainEpochs, arguments.PerDeviceTrainBatchSize));
    }

    [Fact]
    public void A_larger_step_of_the_users_has_a_higher_rate_by_the_square_root()
    {
        var arguments = Create(
            new RunOptions { BaseModel = "b", PerDeviceTrainBatchSize = 16, GradientAccumulationSteps = 4 }, [.. Enumerable.Repeat(10, 5_000)], new GPT2Config());

        Assert.Equal(1e-4, arguments.LearningRate);
        Assert.Contains("64", arguments.Reasons["learning_rate"], StringComparison.Ordinal);
    }

    [Fact]
    public void The_warmup_is_a_tenth_of_the_run_and_500_steps_at_most()
    {
        int[] lengths = [.. Enumerable.Repeat(10, 1_600)];

        Assert.Equal(30, Create(new RunOptions { NumTrainEpochs = 3, PerDeviceTrainBatchSize = 16 }, lengths, null).WarmupSteps);
        Assert.Equal(500, Create(new RunOptions { NumTrainEpochs = 100, PerDeviceTrainBatchSize = 16 }, lengths, null).WarmupSteps);
        Assert.Equal(61, Create(new RunOptions { NumTrainEpochs = 3, PerDeviceTrainBatchSize = 16, WarmupRatio = 0.203 }, lengths, null).WarmupSteps); // 60.9, rounded up
        Assert.Equal(299, Create(new RunOptions { NumTrainEpochs = 3, PerDeviceTrainBatchSize = 16, WarmupSteps = 299 }, lengths, null).WarmupSteps);
        Assert.Equal(0, Create(new RunOptions { LrSchedulerType = "constant" }, lengths, null).WarmupSteps);
    }

    [Theory, InlineData(300), InlineData(5_000)]
    public void A_warmup_longer_than_the_run_is_shortened_and_a_warning_says_why(int warmup)
    {
        var arguments = Create(new RunOptions { NumTrainEpochs = 3, PerDeviceTrainBatchSize = 16, WarmupSteps = warmup }, [.. Enumerable.Repeat(10, 1_600)], null);

        Assert.Equal(30, arguments.WarmupSteps);
        Assert.Contains("never reach its peak", Assert.Single(arguments.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Max_steps_decide_the_epochs_and_a_warning_says_so_where_the_user_set_both()
    {
        var arguments = Create(new RunOptions { MaxSteps = 250, NumTrainEpochs = 9, PerDeviceTrainBatchSize = 16 }, [.. Enumerable.Repeat(10, 1_600)], null);

        Assert.Equal((3, 250, 25), (arguments.NumTrainEpochs, arguments.MaxSteps!.Value, arguments.WarmupSteps));
        Assert.Contains("max_steps", Assert.Single(arguments.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Intervals_left_open_are_a_tenth_of_the_run_and_without_evaluations_the_last_weights_are_kept()
    {
        int[] lengths = [.. Enumerable.Repeat(10, 1_600)];
        var steps = Create(new RunOptions { EvalStrategy = "steps", SaveStrategy = "steps", SaveSteps = 7, NumTrainEpochs = 2, PerDeviceTrainBatchSize = 16 }, lengths, null);

        Assert.Equal((20, 7, true), (steps.EvalSteps, steps.SaveSteps, steps.LoadBestModelAtEnd));
        Assert.Contains("eval_steps", steps.Reasons);
        Assert.False(Create(new RunOptions { EvalStrategy = "no" }, lengths, null).LoadBestModelAtEnd);
        Assert.Null(Create(new RunOptions(), lengths, null).EvalSteps);
    }

    [Fact]
    public void Less_memory_changes_only_how_many_tokens_are_computed_together()
    {
        var options = new RunOptions { BaseModel = "b" };
        int[] lengths = [.. Enumerable.Repeat(500, 5_000)];
        var (large, small) = (Create(options, lengths, new GPT2Config()), Create(options, lengths, new GPT2Config(), memory: 4L << 30));

        Assert.InRange(small.MaxTokensPerBatch, 512, large.MaxTokensPerBatch / 3);
        Assert.Equal(
            large with { Reasons = small.Reasons, Warnings = small.Warnings },
            small with { MaxTokensPerBatch = large.MaxTokensPerBatch });
    }

    private static TrainingArguments Create(RunOptions options, int[] lengths, PretrainedConfig? baseModel, long memory = long.MaxValue) =>
        TrainingArgumentsFactory.Create(options, lengths, baseModel, ProblemType.SingleLabelClassification, memory);
}
