using Pipeline.Core.Costs;
using Pipeline.Core.Datasets;
using Pipeline.Core.Reports;
using Pipeline.Local;
using Pipeline.Local.Cli;
using Pipeline.Local.Display;
using Pipeline.Local.Validation;

namespace Pipeline.UnitTests.Local;

/// <summary><c>local validate</c>: the engine of ingest on files of this machine.</summary>
public sealed class LocalDatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string Rows(int from, string header = "text,label\n") =>
        header + string.Concat(Enumerable.Range(from, 40).Select(i => $"text number {i},{(i % 2 == 0 ? "a" : "b")}\n"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_is_validated_without_a_pipeline()
    {
        var report = await ValidateAsync(Write("My Mails.csv", Rows(0)));

        Assert.Equal((true, "my-mails.csv", 40), (report.Accepted, report.Dataset, report.RowsUsed));
        Assert.Contains(ReportView.Verdict(report), line => line.Contains("40 rows used", StringComparison.Ordinal));
        Assert.Contains("  2 labels: a 20, b 20", ReportView.Verdict(report));
    }

    [Fact]
    public async Task It_is_told_what_a_run_takes_and_costs_by_the_rates_of_the_environment()
    {
        var rates = new RateOptions { Currency = "EUR", Accelerators = { [Accelerator.Cpu] = new AcceleratorRates { PerHour = 0.36m } } };
        var report = await ValidateAsync(Write("mails.csv", Rows(0)), rates: rates);

        Assert.Equal((40, 0.36m, "EUR"), (report.Estimate!.Rows, report.Estimate.PricePerHour, report.Estimate.Currency));
        Assert.Equal(0.36 / 60 * report.Estimate.Minutes!.Value.Likely, report.Estimate.Price!.Value.Likely, tolerance: 0.01 * report.Estimate.Price.Value.Likely);
        Assert.Contains(ReportView.Verdict(report), line => line.Contains(" EUR (", StringComparison.Ordinal));
        Assert.Contains("id=\"estimate\"", HtmlReport.Render(report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_rate_there_is_no_price_and_it_is_said_how_to_set_one()
    {
        var report = await ValidateAsync(Write("mails.csv", Rows(0)));

        Assert.Null(report.Estimate!.Price);
        Assert.Contains(ReportView.Verdict(report), line => line.Contains("Pipeline:Rates:Accelerators:cpu:PerHour", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Options_beside_the_file_or_named_are_used()
    {
        var file = Write("mails.csv", Rows(0, "words,kind\n"));
        Assert.False((await ValidateAsync(file, Write("no.json", "{\"text_column\":\"nothing\"}"))).Accepted);

        Assert.True((await ValidateAsync(file, Write("yes.json", "{\"text_column\":\"words\",\"label_column\":\"kind\"}"))).Accepted);
        Write("mails.options.json", "{\"text_column\":\"words\",\"label_column\":\"kind\"}");
        Assert.True((await ValidateAsync(file)).Accepted);
    }

    [Fact]
    public async Task All_that_is_wrong_with_the_options_is_in_the_report_with_its_lines()
    {
        Write("mails.options.json", "{\n  \"sead\": 1,\n  \"max_length\": 3\n}");

        var report = await ValidateAsync(Write("mails.csv", Rows(0)));

        var finding = Assert.Single(report.Findings);
        Assert.Equal((false, "bad-options"), (report.Accepted, finding.Id));
        Assert.Equal([("mails.options.json", 2L), ("mails.options.json", 3L)], finding.Places.Select(p => (p.File!, p.Line!.Value)));
    }

    [Fact]
    public async Task A_folder_keeps_its_splits()
    {
        Write("mails/train.csv", Rows(0));
        Write("mails/test.csv", Rows(100));

        var report = await ValidateAsync(Path.Combine(_folder.Path, "mails"));

        Assert.Equal((true, "mails/", 40), (report.Accepted, report.Dataset, report.Splits["test"]));
    }

    [Fact]
    public async Task A_base_model_needs_the_storage_it_lies_in()
    {
        Write("mails.options.json", "{\"base_model\":\"bert\"}");

        await Assert.ThrowsAsync<LocalException>(() => ValidateAsync(Write("mails.csv", Rows(0))));
    }

    private Task<ValidationReport> ValidateAsync(string path, string? options = null, RateOptions? rates = null) =>
        new LocalDataset(UploadedDataset.Of(path, name: null), options)
            .ValidateAsync(() => throw new LocalException("no storage", "start one"), measured: null, rates ?? new RateOptions(), TestContext.Current.CancellationToken);

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }
}
