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
        var arguments = Create(new RunOptions { BaseModel = "gpt2", MaxLength = 2_048 }, [10], new GPT2Config { NPositions = 1_024 });

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

    private static TrainingArguments Create(RunOptions options, int[] lengths, PretrainedConfig? baseModel) =>
        TrainingArgumentsFactory.Create(options, lengths, baseModel, ProblemType.SingleLabelClassification);
}
