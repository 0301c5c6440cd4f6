using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Pipeline.Core.Costs;
using Pipeline.Core.Runs;
using Pipeline.Functions.Drift;
using Pipeline.Functions.Serving;
using Pipeline.Tests.Containers;

namespace Pipeline.UnitTests.Functions;

/// <summary>What the workbook asks for is what the programs write.</summary>
public sealed partial class WorkbookTests
{
    private static readonly JsonNode _page = JsonNode.Parse(File.ReadAllText(Repository.PathOf("infra/workbook.json")))!;

    private static readonly string[] _queries =
        [.. _page["items"]!.AsArray().Select(i => (string?)i!["content"]!["query"]).OfType<string>()];

    // Of the tables that Azure makes, the columns that are used: the requests of Application Insights, and the containers' output.
    private static readonly Dictionary<string, string[]> _columns = new()
    {
        ["ContainerAppConsoleLogs"] = ["TimeGenerated", "Log"],
        ["AppRequests"] = ["TimeGenerated", "Name", "Url", "DurationMs", "Success", "ResultCode"],
    };

    private static readonly string[] _words =
    [
        "where", "parse", "with", "summarize", "by", "extend", "project", "order", "desc", "and", "or", "in", "has", "bin", "count", "sum", "round", "percentile", "arg_max",
        "todouble", "coalesce", "extract", "case", "long", "double", "true", "1d", "1h", "5m",
    ];

    public static TheoryData<string> Queries => [.. _queries];

    [Fact]
    public void It_shows_what_an_operator_looks_for()
    {
        var titles = _page["items"]!.AsArray().Select(i => (string?)i!["content"]!["title"]).OfType<string>().ToArray();

        Assert.All(
            ["Runs that ended, by state", "Why runs failed", "What models have cost", "Messages that wait", "Dead letters", "p50 and p99", "requests a second", "Drift"],
            part => Assert.Contains(titles, title => title.Contains(part, StringComparison.Ordinal)));
        Assert.Distinct(titles);
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public void A_query_uses_columns_of_its_table_and_those_that_it_makes_itself(string query)
    {
        var table = query.Split('\n')[0];
        var code = Text().Replace(query, "''"); // what stands in quotes is no column
        var made = Made().Matches(code).Select(m => m.Groups[1].Value).Concat(Parsed(query));

        var unknown = Word().Matches(code).Select(m => m.Value)
            .Except([table, .. _words, .. _columns[table], .. made]);

        Assert.Empty(unknown);
    }

    [Fact]
    public void Every_field_of_the_line_of_a_run_that_ended_is_found()
    {
        var query = _queries.First(q => q.Contains("Run ended", StringComparison.Ordinal));
        var run = new RunRecord
        {
            RunId = "spam-0123456789ab", ModelName = "spam", Version = "v1", Dataset = new DatasetReference("spam.csv", "0x1", 1), State = RunState.Failed, Options = new RunOptions(),
            CreatedAt = DateTimeOffset.UnixEpoch, Failure = new RunFailure("out-of-memory", "It did not fit."),
            Usage = new RunUsage { Accelerator = "T4", Attempts = 2, BilledSeconds = 90.5, TrainingSeconds = 60, Price = 0.0251m, Currency = "EUR" },
        };
        var log = new Recording();
        log.LogEnded(run);

        Assert.Equal(RunLogEvents.RunEnded, log.Id);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["Run"] = "spam-0123456789ab", ["Model"] = "spam", ["State"] = "failed", ["Code"] = "out-of-memory", ["Accelerator"] = "T4", ["Attempts"] = "2",
                ["BilledSeconds"] = "90.5", ["TrainingSeconds"] = "60", ["Price"] = "0.0251", ["Currency"] = "EUR",
            },
            Parse(query, $"12:00:00 info: Pipeline.Trainer.Jobs.TrainingJob[2002] {log.Line}"));
    }

    [Fact]
    public void Every_field_of_the_line_on_drift_is_found()
    {
        var query = _queries.Single(q => q.Contains("Drift of model", StringComparison.Ordinal));
        var log = new Recording();
        log.LogWarning(DriftWatch.Drifted, DriftWatch.DriftedMessage, "spam", "v1", "11/25/2026", "major", 0.31, 512L, "ham", 0.9, 0.5);

        Assert.Equal(
            new Dictionary<string, string> { ["Model"] = "spam", ["Version"] = "v1", ["Day"] = "11/25/2026", ["Level"] = "major", ["Psi"] = "0.31", ["Predictions"] = "512" },
            Parse(query, $$"""{"EventId":5001,"Message":"{{log.Line}}"}"""));
    }

    [Fact]
    public void The_numbers_of_events_are_those_of_the_code()
    {
        var named = _queries.SelectMany(q => EventNumber().Matches(q)).Select(m => int.Parse(m.Groups[1].Value + m.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture)).ToHashSet();

        Assert.Equal(
            [RunLogEvents.RunFailed.Id, RunLogEvents.TrainerSilent.Id, ServingEvents.VersionLoadFailed.Id, DriftWatch.Drifted.Id], named.Order());
    }

    [Fact]
    public void The_functions_whose_requests_count_are_those_that_classify()
    {
        var names = _queries.Where(q => q.StartsWith("AppRequests", StringComparison.Ordinal)).SelectMany(q => Quoted().Matches(q.Split('\n')[1])).Select(m => m.Groups[1].Value).ToHashSet();

        Assert.Equal(["Classify", "ClassifyVersion", "Predict", "PredictModel"], names.Order());
        Assert.Subset(FunctionFolders.Names.ToHashSet(), names);
    }

    // Kusto's parse: text in quotes stands there as it is, names take what is between.
    private static Dictionary<string, string> Parse(string query, string line)
    {
        var pattern = query.Split('\n').Single(l => l.StartsWith("| parse ", StringComparison.Ordinal))["| parse Log with ".Length..];
        var regex = string.Concat(ParsePart().Matches(pattern).Select(m => m switch
        {
            { Value: "*" } => ".*?",
            { Value: ['"', ..] } => Regex.Escape(m.Value.Trim('"')),
            _ => $"(?<{m.Value.Split(':')[0]}>.*?)",
        }));
        var match = Regex.Match(line, $"^{regex}$", RegexOptions.Singleline);
        Assert.True(match.Success, $"{regex} does not fit {line}");
        return match.Groups.Values.Where(g => !char.IsDigit(g.Name[0])).ToDictionary(g => g.Name, g => g.Value);
    }

    private static IEnumerable<string> Parsed(string query) => query.Split('\n').Where(l => l.StartsWith("| parse ", StringComparison.Ordinal))
        .SelectMany(l => ParsePart().Matches(l["| parse Log with ".Length..])).Select(m => m.Value).Where(part => part[0] is not ('"' or '*')).Select(part => part.Split(':')[0]);

    [GeneratedRegex("@?\"[^\"]*\"|'[^']*'")]
    private static partial Regex Text();

    [GeneratedRegex(@"\b(\w+) = ")]
    private static partial Regex Made();

    [GeneratedRegex(@"\b[A-Za-z0-9_]*[A-Za-z][A-Za-z0-9_]*\b")]
    private static partial Regex Word();

    [GeneratedRegex("\"[^\"]*\"|\\*|[A-Za-z]\\w*(:\\w+)?")]
    private static partial Regex ParsePart();

    [GeneratedRegex("\"EventId\":(\\d+)|\\[(\\d{4})\\]")]
    private static partial Regex EventNumber();

    [GeneratedRegex("\"(\\w+)\"")]
    private static partial Regex Quoted();

    private sealed class Recording : ILogger
    {
        public EventId Id { get; private set; }

        public string Line { get; private set; } = "";

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            (Id, Line) = (eventId, formatter(state, exception));
    }
}
