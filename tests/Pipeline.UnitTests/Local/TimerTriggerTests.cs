using Microsoft.Extensions.Time.Testing;
using Pipeline.Local;
using Pipeline.Local.FunctionsHost;
using Pipeline.Local.Hosting;

namespace Pipeline.UnitTests.Local;

public sealed class TimerTriggerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("2026-11-26T00:00:00Z", 30)]
    [InlineData("2026-11-26T00:29:59Z", 0.0166)]
    [InlineData("2026-11-26T00:30:00Z", 1440)]
    [InlineData("2026-11-26T23:30:00Z", 60)]
    public void It_waits_until_the_time_of_day_comes_next(string now, double minutes) =>
        Assert.Equal(minutes, Timer("0 30 0 * * *").Wait(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)).TotalMinutes, 1e-3);

    [Theory]
    [InlineData("2026-11-26T00:00:00Z", 5)]
    [InlineData("2026-11-26T13:04:59Z", 0.0166)]
    [InlineData("2026-11-26T23:57:00Z", 3)]
    public void It_waits_until_the_minutes_have_passed(string now, double minutes) =>
        Assert.Equal(minutes, Timer("0 */5 * * * *").Wait(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)).TotalMinutes, 1e-3);

    [Theory]
    [InlineData("*/5 * * * * *")]
    [InlineData("0 */7 * * * *")]
    [InlineData("0 30 0 * *")]
    [InlineData(null)]
    public void A_schedule_that_it_cannot_play_is_named(string? schedule) =>
        Assert.Contains($"'{schedule}'", Assert.Throws<LocalException>(() => Timer(schedule)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_schedules_of_the_built_app_are_played()
    {
        var functions = FunctionDefinition.TimerTriggered(Path.GetDirectoryName(ChildPrograms.Functions)!);

        Assert.Equal(["CheckRuns", "WatchDrift"], functions.Select(f => f.Name));
        Assert.All(functions, f => Timer(f.Schedule));
    }

    [Fact]
    public void A_schedule_in_a_setting_is_looked_up_and_one_that_is_not_set_is_named()
    {
        Write("Any/function.json", """{"bindings": [{"type": "timerTrigger", "direction": "in", "name": "timer", "schedule": "%TIMER_TRIGGER_TESTS%"}]}""");
        Assert.Contains("'TIMER_TRIGGER_TESTS'", Assert.Throws<LocalException>(() => FunctionDefinition.TimerTriggered(_folder.Path)).Message, StringComparison.Ordinal);

        Write("local.settings.json", """{"Values": {"TIMER_TRIGGER_TESTS": "0 */10 * * * *"}}""");
        Assert.Equal("0 */10 * * * *", Assert.Single(FunctionDefinition.TimerTriggered(_folder.Path)).Schedule);
    }

    private void Write(string name, string content)
    {
        var path = _folder.PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private TimerTrigger Timer(string? schedule)
    {
        var time = new FakeTimeProvider();
        using var log = new PipelineLog(_folder.PathOf($"{Guid.NewGuid():N}.log"), time);
        using var http = new HttpClient();
        return new TimerTrigger(new FunctionDefinition("Any", "timer", Schedule: schedule), new FunctionInvoker(http, log, time), log, time);
    }
}
