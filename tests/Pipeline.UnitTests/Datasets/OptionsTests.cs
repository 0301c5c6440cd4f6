using Pipeline.Core.Runs;

namespace Pipeline.UnitTests.Datasets;

public sealed class OptionsTests
{
    [Fact]
    public void What_is_not_set_has_its_default()
    {
        Assert.Equal(new RunOptions { NumTrainEpochs = 2, TextColumn = "body" }, RunOptionsReader.FromJson("{\"num_train_epochs\":2,\"text_column\":\"body\"}"));
        Assert.Equal(new RunOptions { LearningRate = 3e-4, TextColumn = "1" }, RunOptionsReader.FromMetadata(
            [new("Learning_Rate", "3e-4"), new("text_column", "1"), new("hdi_isfolder", "false")]));
    }

    [Theory]
    [InlineData("{\"num_train_epoch\":2}", "num_train_epochs")]
    [InlineData("{\"max_length\":3}", "max_length")]
    [InlineData("{\"seed\":\"x\"}", "seed")]
    [InlineData("[]", "object")]
    [InlineData("{", "JSON")]
    public void A_wrong_option_is_named(string json, string hint) =>
        Assert.Contains(hint, Assert.Throws<FormatException>(() => RunOptionsReader.FromJson(json)).Message);

    [Fact]
    public void A_wrong_value_in_metadata_is_named() =>
        Assert.Contains("seed", Assert.Throws<FormatException>(() => RunOptionsReader.FromMetadata([new("seed", "many")])).Message);
}
