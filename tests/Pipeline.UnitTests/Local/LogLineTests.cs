using Pipeline.Local.Processes;

namespace Pipeline.UnitTests.Local;

public class LogLineTests
{
    [Theory]
    [InlineData("""{"Timestamp":"t","LogLevel":"Information","Message":"Ready"}""", "Ready")]
    [InlineData("""{"Timestamp":"t","LogLevel":"Error","Message":"Broken","Exception":"System.Exception: x\n   at y"}""", "Error: Broken | System.Exception: x    at y")]
    [InlineData("plain words", "plain words")]
    [InlineData("""{"Timestamp":"cut o""", """{"Timestamp":"cut o""")]
    public void An_entry_is_shown_as_its_words(string line, string shown) => Assert.Equal(shown, LogLine.Readable(line));
}
