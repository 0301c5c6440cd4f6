using System.Globalization;
using System.Text.Json;
using Pipeline.Core.Runs;
using Pipeline.Core.Schemas;
using Pipeline.Tests.Containers;

namespace Pipeline.UnitTests.DatasetOptions;

/// <summary>The schema file and the docs say what <see cref="RunOptions"/> says. With PIPELINE_WRITE_OPTIONS=1 they are written anew.</summary>
public sealed class OptionsSchemaTests
{
    private const string SchemaFile = "shared/Pipeline.Core/Runs/options.schema.json";
    private const string Page = "docs/dataset-format.md";

    public static TheoryData<string> Names => [.. OptionFacts.All.Select(o => o.Name)];

    [Fact]
    public void The_schema_file_is_in_step_with_the_options() => AssertWritten(SchemaFile, _ => SchemaDraft.Write());

    [Fact]
    public void The_tables_in_the_docs_are_in_step_with_the_options() => AssertWritten(Page, OptionTables.Replace);

    [Fact]
    public void The_schema_that_validates_is_the_file_that_is_shipped()
    {
        Assert.Equal(File.ReadAllBytes(Repository.PathOf(SchemaFile)), OptionsSchema.Utf8.ToArray());
        Assert.Equal(OptionFacts.All.Select(o => o.Name), OptionsSchema.Names);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_option_s_summary_says_what_it_does_and_its_default(string name)
    {
        var option = OptionFacts.All.Single(o => o.Name == name);

        Assert.NotEmpty(option.Meaning);
        Assert.NotEmpty(option.DefaultInWords);
        if (option.Default.ValueKind == JsonValueKind.Number)
            Assert.Equal(option.Default.GetDouble(), double.Parse(option.DefaultInWords, NumberStyles.Number, CultureInfo.InvariantCulture));
        else if (option.Default.ValueKind != JsonValueKind.Undefined)
            Assert.Equal(option.Default.ToString(), option.DefaultInWords, ignoreCase: true);
    }

    [Fact]
    public void A_schema_with_a_keyword_that_is_not_understood_is_refused()
    {
        var error = Assert.Throws<InvalidDataException>(() => JsonSchema.Parse("""{"type":"integer","multipleOf":2}"""u8));

        Assert.Contains("multipleOf", error.Message, StringComparison.Ordinal);
    }

    private static void AssertWritten(string file, Func<string, string> write)
    {
        var path = Repository.PathOf(file);
        var before = File.Exists(path) ? File.ReadAllText(path) : "";
        var after = write(before);
        if (before == after)
            return;
        if (Environment.GetEnvironmentVariable("PIPELINE_WRITE_OPTIONS") == "1")
            File.WriteAllText(path, after);
        else
            Assert.Fail($"{file} is not what RunOptions.cs says. Run: PIPELINE_WRITE_OPTIONS=1 dotnet run --project tests/Pipeline.UnitTests -- --filter-class '*OptionsSchemaTests' and commit what it writes.");
    }
}
