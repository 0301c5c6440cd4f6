using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Costs;
using Pipeline.Core.Runs;
using Pipeline.Modeling.Lora;
using Pipeline.Modeling.Optimization;

namespace Pipeline.Modeling.Tests.Training;

/// <summary>What is estimated from a configuration is what the trainer counts of the model itself.</summary>
public sealed class TrainingFlopsTests
{
    private static readonly (long Tokens, long Texts)[] Lengths = [(2, 3), (5, 2), (7, 1)];

    [Theory]
    [InlineData("gpt2")]
    [InlineData("gpt_neo")]
    [InlineData("bert")]
    [InlineData("distilbert")]
    [InlineData("roberta")]
    public void Of_each_family_it_is_the_same_whether_all_is_trained_or_blocks_are_frozen_or_adapters_are_trained(string family)
    {
        Assert.All([new RunOptions(), new RunOptions { FreezeLayers = 1 }, new RunOptions { LoraR = 2 }], options =>
        {
            using var model = TinyModels.Create(family);
            if (options.FreezeLayers > 0)
                model.FreezeLayers(options.FreezeLayers);
            if (options.LoraR is { } rank)
                LoraModel.Attach(model, new LoraConfig { R = rank }, seed: 1);
            var shape = ModelShape.Parse(JsonSerializer.SerializeToUtf8Bytes(model.Config, model.Config.GetType(), PipelineJson.Indented));

            var counted = ModelFlops.Of(model).OfBatch(Lengths.SelectMany(l => Enumerable.Repeat(l.Tokens, (int)l.Texts)));
            var estimated = TrainingFlops.OfTraining(shape, options, model.Config.Labels.Count).Of(Lengths);

            Assert.Equal(counted, estimated, tolerance: 1e-6 * counted);
        });
    }

    [Fact]
    public void Scoring_is_a_third_of_training_all_weights()
    {
        var shape = ModelShape.FromScratch;

        Assert.Equal(TrainingFlops.OfTraining(shape, new RunOptions(), 2).Of(Lengths) / 3, TrainingFlops.OfScoring(shape, 2).Of(Lengths), tolerance: 1);
    }
}
