using Pipeline.Core.Runs;
using Pipeline.Local.Display;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pipeline.UnitTests.Local;

public class RunDisplayTests
{
    private static readonly DateTimeOffset Created = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly RunRecord Run = new()
    {
        RunId = "spam-0123456789ab",
        ModelName = "spam",
        Version = "v",
        Dataset = new DatasetReference("spam.csv", "e", 1),
        State = RunState.Training,
        Options = new RunOptions(),
        CreatedAt = Created,
        Progress = new TrainingProgress
        {
            Stage = "train", Step = 25, TotalSteps = 100, Loss = 0.1234, SecondsLeft = 61,
            StepsPerSecond = 4, SamplesPerSecond = 127.6, TokensPerSecond = 9_876.6, Mfu = 0.314, MemoryBytes = 1_230_000_000,
        },
    };

    [Fact]
    public void A_run_under_way_shows_its_stages_and_figures()
    {
        var shown = Render(RunPanel.Draw(Run, Created.AddSeconds(75)));

        Assert.Contains("spam-0123456789ab  1:15", shown, StringComparison.Ordinal);
        Assert.Contains("validating → queued → training → evaluating → succeeded", shown, StringComparison.Ordinal);
        Assert.Contains("25 %  step 25/100", shown, StringComparison.Ordinal);
        Assert.Contains("train  128 samples/s  loss 0.123  1:01 left", shown, StringComparison.Ordinal);
        Assert.Contains("9,877 tokens/s  4.0 steps/s  31 % of the device's FLOP/s  1.2 GB of memory", shown, StringComparison.Ordinal);
    }

    [Theory, InlineData(59, "0:59"), InlineData(3_599, "59:59"), InlineData(4_500, "1:15:00"), InlineData(100_000, "27:46:40")]
    public void Long_times_have_hours(int seconds, string shown) => Assert.Equal(shown, RunText.Clock(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_run_that_only_validates_shows_no_training()
    {
        var shown = Render(RunPanel.Draw(
            Run with { State = RunState.Validated, Progress = null, Options = new RunOptions { Mode = RunMode.Validate } }, Created.AddSeconds(75)));

        Assert.Contains("validating → validated", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("training", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void The_models_figures_stand_beside_those_of_the_baselines()
    {
        var result = new RunResult("v", 2, new HeadlineMetrics(0.98, 0.97), new Dictionary<string, HeadlineMetrics>
        {
            ["tfidf_linear"] = new(0.97, 0.96),
            ["majority_class"] = new(0.69, 0.41),
        }, true);

        var shown = Render(ResultTable.Draw(result, 592)).Split('\n');

        Assert.Contains("592 rows", shown[0], StringComparison.Ordinal);
        Assert.Contains("always the most frequent label", shown[4], StringComparison.Ordinal);
        Assert.Contains("TF-IDF + logistic regression", shown[5], StringComparison.Ordinal);
        Assert.Matches(@"this model \(epoch 2\).*0\.980.*0\.970", shown[6]);
    }

    [Fact]
    public void A_result_with_several_labels_a_row_has_a_column_more()
    {
        var result = new RunResult("v", 2, new HeadlineMetrics(0.7, 0.8, 0.9), new Dictionary<string, HeadlineMetrics> { ["tfidf_linear"] = new(0.4, 0.5, 0.6) }, true);

        var shown = Render(ResultTable.Draw(result, 592));

        Assert.Matches(@"all labels right.*micro F1.*macro F1", shown);
        Assert.Matches(@"TF-IDF \+ logistic regression.*0\.400.*0\.600.*0\.500", shown);
        Assert.Matches(@"this model \(epoch 2\).*0\.700.*0\.900.*0\.800", shown);
    }

    [Fact]
    public void A_result_in_numbers_has_their_figures_the_best_baseline_last()
    {
        var result = new RunResult("v", 2, new HeadlineMetrics(Rmse: 0.71, Mae: 0.5, R2: 0.64), new Dictionary<string, HeadlineMetrics>
        {
            ["tfidf_linear"] = new(Rmse: 0.75, Mae: 0.55, R2: 0.6),
            ["mean_target"] = new(Rmse: 1.2, Mae: 1, R2: 0),
        }, true);

        var shown = Render(ResultTable.Draw(result, 592)).Split('\n');

        Assert.Matches("RMSE.*MAE.*R²", shown[2]);
        Assert.Matches(@"always the mean.*1\.2.*1.*0\.000", shown[4]);
        Assert.Matches(@"TF-IDF \+ ridge regression.*0\.75.*0\.55.*0\.600", shown[5]);
        Assert.Matches(@"this model \(epoch 2\).*0\.71.*0\.5.*0\.640", shown[6]);
        Assert.Equal(("R² 0.640", "macro F1 0.970"), (RunText.Headline(result.Test), RunText.Headline(new HeadlineMetrics(0.98, 0.97))));
    }

    private static string Render(IRenderable what)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 120;
        console.Write(what);
        return text.ToString();
    }
}
