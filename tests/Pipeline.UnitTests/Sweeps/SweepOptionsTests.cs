using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;

namespace Pipeline.UnitTests.Sweeps;

public sealed class SweepOptionsTests
{
    private const string All = """
        {"sweep": {"learning_rate": {"min": 1e-5, "max": 1e-3}, "per_device_train_batch_size": [16, 32], "weight_decay": {"min": 0, "max": 0.1, "scale": "linear"},
          "num_train_epochs": [2, 3], "dropout": [0.1], "base_model": ["bert", "gpt2"], "method": "random", "trials": 6, "reduction_factor": 2, "min_epochs": 1}}
        """;

    [Fact]
    public void Lists_and_ranges_are_read_as_they_are_written()
    {
        var sweep = Read(All).Sweep!;

        Assert.Equal(new SweepRange(1e-5, 1e-3), sweep.LearningRate!.Range);
        Assert.Equal([16, 32], sweep.PerDeviceTrainBatchSize!.List);
        Assert.Equal(new SweepRange(0, 0.1, SweepScale.Linear), sweep.WeightDecay!.Range);
        Assert.Equal(new NameList("bert", "gpt2"), sweep.BaseModel);
        Assert.Equal((6, 2, 1), (sweep.Trials, sweep.ReductionFactor, sweep.MinEpochs));
    }

    [Fact]
    public void What_is_written_into_the_run_record_is_read_back_the_same()
    {
        var options = Read(All);

        Assert.Equal(options, JsonSerializer.Deserialize<RunOptions>(JsonSerializer.Serialize(options, PipelineJson.Indented), PipelineJson.Indented));
    }

    [Fact]
    public void In_metadata_a_sweep_is_written_as_JSON()
    {
        var metadata = KeyValuePair.Create("sweep", JsonDocument.Parse(All).RootElement.GetProperty("sweep").GetRawText());

        Assert.Equal(Read(All), RunOptionsReader.FromMetadata([metadata], "metadata"));
    }

    [Theory]
    [InlineData("{}", "sweep", "varies nothing")]
    [InlineData("""{"learning_rate": {"min": 1e-5}}""", "sweep.learning_rate", "has no \"max\"")]
    [InlineData("""{"learning_rate": {"max": 1e-5}}""", "sweep.learning_rate", "has no \"min\"")]
    [InlineData("""{"learning_rate": {"min": 1e-3, "max": 1e-5}}""", "sweep.learning_rate", "goes from 0.001 to 1E-05")]
    [InlineData("""{"weight_decay": {"min": 0, "max": 0.1, "scale": "log"}}""", "sweep.weight_decay", "has no logarithm")]
    [InlineData("""{"dropout": {"min": 0, "max": 0.5}, "method": "grid"}""", "sweep.dropout", "needs a list")]
    [InlineData("""{"dropout": [0.1, 0.2], "method": "grid", "trials": 4}""", "sweep.trials", "does not go with the method \"grid\"")]
    [InlineData("""{"dropout": [0.1, 2]}""", "sweep.dropout[1]", "must be a number from 0 to 0.9")]
    [InlineData("""{"per_device_train_batch_size": [1.5]}""", "sweep.per_device_train_batch_size[0]", "a whole number")]
    [InlineData("""{"dropout": 0.1}""", "sweep.dropout", "a list or an object")]
    [InlineData("""{"dropout": []}""", "sweep.dropout", "an empty list")]
    [InlineData("""{"learning_rates": [0.1]}""", "sweep.learning_rates", "Did you mean 'learning_rate'?")]
    public void What_cannot_be_used_is_refused_with_its_name_and_line(string sweep, string option, string says)
    {
        var error = Assert.Throws<RunOptionsException>(() => Read("{\n\"sweep\": " + sweep + "}"));

        var problem = Assert.Single(error.Problems);
        Assert.Equal(option, problem.Option);
        Assert.Equal(2, problem.Line);
        Assert.Contains(says, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("learning_rate", "1e-4", "[1e-4, 1e-3]")]
    [InlineData("per_device_train_batch_size", "8", "[8, 16]")]
    [InlineData("weight_decay", "0.1", "[0, 0.1]")]
    [InlineData("num_train_epochs", "2", "[2, 3]")]
    [InlineData("dropout", "0.2", "[0.1, 0.2]")]
    [InlineData("base_model", "\"bert\"", "[\"bert\", \"gpt2\"]")]
    public void An_option_cannot_have_one_value_and_be_varied_too(string name, string value, string values)
    {
        var error = Assert.Throws<RunOptionsException>(() => Read($$"""
            {
              "{{name}}": {{value}},
              "sweep": {
                "{{name}}": {{values}}
              }
            }
            """));

        var problem = Assert.Single(error.Problems);
        Assert.Equal(($"sweep.{name}", 4), (problem.Option, problem.Line));
    }

    [Fact]
    public void Epochs_are_not_varied_where_steps_decide()
    {
        var error = Assert.Throws<RunOptionsException>(() => Read("""{"max_steps": 100, "sweep": {"num_train_epochs": [2, 3]}}"""));

        Assert.Equal("sweep.num_train_epochs", Assert.Single(error.Problems).Option);
    }

    [Fact]
    public void A_grid_of_too_many_combinations_is_refused()
    {
        var list = "[" + string.Join(',', Enumerable.Range(1, 17)) + "]";

        var error = Assert.Throws<RunOptionsException>(() => Read(
            $$"""{"sweep": {"method": "grid", "num_train_epochs": {{list}}, "per_device_train_batch_size": {{list}} } }"""));

        Assert.Contains("289 combinations", Assert.Single(error.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_base_model_needs_is_asked_of_each_that_is_tried()
    {
        Assert.Equal(8, Read("""{"lora_r": 8, "sweep": {"base_model": ["bert", "gpt2"]}}""").LoraR);

        var error = Assert.Throws<RunOptionsException>(() => Read("""{"vocabulary_size": 500, "sweep": {"base_model": ["bert", "gpt2"]}}"""));
        Assert.Equal("vocabulary_size", Assert.Single(error.Problems).Option);
    }

    private static RunOptions Read(string json) => RunOptionsReader.FromJson(json, "spam.options.json");
}
