using System.Text;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;

namespace Pipeline.UnitTests.DatasetOptions;

public sealed class RunOptionsReaderTests
{
    [Fact]
    public void What_is_not_set_has_its_default() =>
        Assert.Equal(new RunOptions { NumTrainEpochs = 2, TextColumn = "body" }, Read("""{"num_train_epochs":2,"text_column":"body"}"""));

    [Fact]
    public void Null_is_the_same_as_leaving_an_option_out() => Assert.Equal(new RunOptions(), Read("""{"max_length":null,"encoding":null}"""));

    [Fact]
    public void Auto_is_the_same_as_leaving_an_option_out()
    {
        Assert.Equal(new RunOptions(), Read("""{"learning_rate":"auto","num_train_epochs":"auto","per_device_train_batch_size":"auto"}"""));
        Assert.Equal(new RunOptions { NumTrainEpochs = 2 }, Metadata(("learning_rate", "auto"), ("num_train_epochs", "2")));
    }

    [Fact]
    public void Class_weights_are_a_word_or_weights_by_label()
    {
        var weights = ClassWeights.Of([KeyValuePair.Create("spam", 2.0), KeyValuePair.Create("ham", 0.5)]);

        Assert.Equal(ClassWeights.Balanced, Read("""{"class_weights":"balanced"}""").ClassWeights);
        Assert.Equal(weights, Read("""{"class_weights":{"ham":0.5,"spam":2}}""").ClassWeights);
        Assert.Equal(weights, Metadata(("class_weights", """{"ham":0.5,"spam":2}""")).ClassWeights);
        Assert.NotEqual(weights, ClassWeights.None);
    }

    [Fact]
    public void A_whole_number_may_be_written_with_a_fraction_of_zero_or_an_exponent() =>
        Assert.Equal(new RunOptions { MaxLength = 100, Seed = 7 }, Read("""{"max_length":1e2,"seed":7.0}"""));

    [Fact]
    public void An_editor_s_schema_key_and_a_byte_order_mark_do_no_harm() =>
        Assert.Equal(
            new RunOptions { Seed = 7 },
            RunOptionsReader.FromJson([.. Encoding.UTF8.Preamble, .. """{"$schema":"https://example.org/options.schema.json","seed":7}"""u8], "a.options.json"));

    [Theory]
    [InlineData("""{"sead":1}""", "There is no option 'sead'. Did you mean 'seed'?")]
    [InlineData("""{"num_train_epoch":1}""", "There is no option 'num_train_epoch'. Did you mean 'num_train_epochs'?")]
    [InlineData("""{"maxLength":64}""", "There is no option 'maxLength'. Did you mean 'max_length'?")]
    [InlineData("""{"epochs":3}""", "There is no option 'epochs'. Did you mean 'num_train_epochs'?")]
    [InlineData("""{"batch_size":3}""", "There is no option 'batch_size'. Did you mean 'per_device_eval_batch_size' or 'per_device_train_batch_size'?")]
    [InlineData("""{"max_length":3}""", "'max_length' is 3; it must be a whole number from 8 to 8192.")]
    [InlineData("""{"max_length":64.5}""", "'max_length' is 64.5; it must be a whole number from 8 to 8192.")]
    [InlineData("""{"learning_rate":5}""", "'learning_rate' is 5; it must be a number from 1e-7 to 1 or \"auto\".")]
    [InlineData("""{"learning_rate":1e999}""", "'learning_rate' is 1e999; it must be a number from 1e-7 to 1 or \"auto\".")]
    [InlineData("""{"learning_rate":"0.1"}""", "'learning_rate' is \"0.1\"; it must be a number from 1e-7 to 1 or \"auto\". Write it without quotes.")]
    [InlineData("""{"learning_rate":"atuo"}""", "Did you mean \"auto\"?")]
    [InlineData("""{"num_train_epochs":"auto\n"}""", "it must be a whole number from 1 to 1000 or \"auto\".")]
    [InlineData("""{"lr_scheduler_type":"cosin"}""", "Did you mean \"cosine\"?")]
    [InlineData("""{"lr_scheduler_kwargs":{"cycles":3}}""", "'lr_scheduler_kwargs' has no 'cycles'. Did you mean 'num_cycles'?")]
    [InlineData("""{"class_weights":"balance"}""", "'class_weights' is \"balance\"; it must be an object that gives a number from 0.001 to 1000 to each name or \"none\" or \"balanced\". Did you mean \"balanced\"?")]
    [InlineData("""{"class_weights":{"spam":0}}""", "'class_weights.spam' is 0; it must be a number from 0.001 to 1000.")]
    [InlineData("""{"seed":"7"}""", "'seed' is \"7\"; it must be a whole number from 0 to 2147483647. Write it without quotes.")]
    [InlineData("""{"seed":null}""", "'seed' is null; it must be a whole number from 0 to 2147483647.")]
    [InlineData("""{"has_header":"yes"}""", "'has_header' is \"yes\"; it must be true or false.")]
    [InlineData("""{"mode":"validat"}""", "'mode' is \"validat\"; it must be \"train\" or \"validate\". Did you mean \"validate\"?")]
    [InlineData("""{"delimiter":"::"}""", "'delimiter' is \"::\"; it must be one character between fields, or tab.")]
    [InlineData("""{"encoding":"UTF-8"}""", "Did you mean \"utf-8\"?")]
    [InlineData("""{"text_column":[]}""", "'text_column' is an empty list; it must be a text that is not empty or a list of texts that are not empty.")]
    [InlineData("""{"text_column":["title",""]}""", "'text_column[1]' is \"\"; it must be a text that is not empty.")]
    [InlineData("""{"records":{"dev":"rows"}}""", "'records' has no 'dev'.")]
    [InlineData("""{"seed":1,"seed":2}""", "'seed' is set twice; it stands on line 1 already.")]
    [InlineData("""[]""", "It must be one JSON object")]
    [InlineData("""{"seed":1,}""", "It is not valid JSON")]
    [InlineData("""{"text_column":"\ud800"}""", "surrogate")]
    [InlineData("", "It is not valid JSON")]
    public void What_is_wrong_is_said_with_file_line_key_value_and_range(string json, string message)
    {
        var error = Error(json).Message;

        Assert.StartsWith("a.options.json, line 1: ", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_errors_are_reported_together_with_their_lines()
    {
        var error = Error("{\n  \"sead\": 1,\n  \"text_column\": \"body\",\n  \"records\": {\n    \"train\": 5\n  },\n  \"max_length\": 3\n}");

        Assert.Equal([("sead", 2L), ("records.train", 5L), ("max_length", 7L)], error.Problems.Select(p => (p.Option, p.Line!.Value)));
        Assert.All(error.Problems, p => Assert.Contains($"line {p.Line}: {p.Message}", error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void An_option_like_none_lists_all_of_them()
    {
        var error = Error("""{"xyzzy":1}""").Message;

        Assert.All(OptionsSchema.Names, name => Assert.Contains(name, error, StringComparison.Ordinal));
    }

    [Fact]
    public void Metadata_are_the_same_options_as_text()
    {
        var options = Metadata(
            ("Learning_Rate", "3e-4"), ("text_column", "1"), ("label_names", """["a","b"]"""), ("has_header", "True"), ("mode", "validate"), ("records", "data.rows"));

        Assert.Equal(
            new RunOptions
            {
                LearningRate = 3e-4, TextColumn = "1", LabelNames = new NameList("a", "b"), HasHeader = true, Mode = RunMode.Validate,
                Records = new RecordPaths(("data.rows", null)),
            },
            options);
    }

    [Fact]
    public void Metadata_of_other_programs_are_passed_over() =>
        Assert.Equal(new RunOptions(), Metadata(("hdi_isfolder", "false"), ("mtime", "1700000000.5"), ("code", "x"), ("author", "me")));

    [Theory]
    [InlineData("seed", "many", "metadata of a.csv: 'seed' is \"many\"; it must be a whole number from 0 to 2147483647.")]
    [InlineData("max_length", "3", "metadata of a.csv: 'max_length' is 3; it must be a whole number from 8 to 8192.")]
    [InlineData("learning_rat", "3", "metadata of a.csv: There is no option 'learning_rat'. Did you mean 'learning_rate'?")]
    public void A_wrong_option_in_metadata_is_named(string key, string value, string message) =>
        Assert.Equal(message, Assert.Throws<RunOptionsException>(() => Metadata((key, value))).Message);

    private static RunOptions Read(string json) => RunOptionsReader.FromJson(json, "a.options.json");

    private static RunOptions Metadata(params (string Key, string Value)[] metadata) =>
        RunOptionsReader.FromMetadata(metadata.Select(m => KeyValuePair.Create(m.Key, m.Value)), "metadata of a.csv");

    private static RunOptionsException Error(string json) => Assert.Throws<RunOptionsException>(() => Read(json));
}
