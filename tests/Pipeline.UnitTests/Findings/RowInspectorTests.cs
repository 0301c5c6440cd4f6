using Pipeline.Core.Datasets;
using Pipeline.Core.Findings;

namespace Pipeline.UnitTests.Findings;

public sealed class RowInspectorTests
{
    [Theory]
    [InlineData("We met at the <b>old</b> mill", "markup")]
    [InlineData("first line<br />second line", "markup")]
    [InlineData("see <A HREF=\"http://example.com\">this</A>", "markup")]
    [InlineData("Tom &amp; Jerry", "markup")]
    [InlineData("It #39;s over", "markup")]
    [InlineData("a bell \u0007 rings", "control-characters")]
    [InlineData("no\u200Bspace", "control-characters")]
    [InlineData("Das CafÃ© war voll", "mojibake")]
    [InlineData("donâ€™t go", "mojibake")]
    [InlineData("don\u0092t go", "mojibake")]
    [InlineData("great ðŸ˜€ film", "mojibake")]
    [InlineData("Caf\uFFFD closed", "lost-characters")]
    [InlineData("https://example.com/a?b=c", "no-words")]
    [InlineData("me@example.com", "no-words")]
    [InlineData(" 12.50 ", "no-words")]
    [InlineData("?!", "no-words")]
    public void What_is_wrong_with_a_text_is_found(string text, string id) => Assert.Equal([id], Inspect(text).Select(f => f.Id));

    [Theory]
    [InlineData("plain words, nothing else")]
    [InlineData("a < b and b > c, so a <b and c> d")]
    [InlineData("USAir Group <U> and <user> and <s>")]
    [InlineData("AT&T and R&D; #hashtag; rated #1; line #39")]
    [InlineData("«CAFÉ» „Spaß“ ÇA VA? ESPAÑA “ESPAÑ” SÃO PAULO NÃO Ângela")]
    [InlineData("Él dijo: «¿Qué?» – l’été… À bientôt!")]
    [InlineData("tabs\tand\r\nbreaks")]
    [InlineData("می‌خواهم family: 👩‍👩‍👧 שלום")]
    [InlineData("😀")]
    [InlineData("写真を見てください")]
    public void A_sound_text_has_nothing(string text) => Assert.Empty(Inspect(text));

    [Fact]
    public void The_second_text_of_a_pair_is_checked_too()
    {
        var findings = new FindingLog();
        Take(new RowInspector(findings), Row(3, "a question", "an <i>answer</i>"));

        Assert.Equal(("markup", 3L), (findings.ToList()[0].Id, findings.ToList()[0].Places[0].Line!.Value));
    }

    [Fact]
    public void The_excerpt_shows_the_place_and_what_was_meant()
    {
        var text = new string('x', 200) + " Das CafÃ© war voll";

        Assert.Matches("^…x+ Das CafÃ© war voll → …x+ Das Café war voll$", Inspect(text)[0].Places[0].Excerpt);
    }

    [Fact]
    public void Nothing_in_an_excerpt_acts_on_a_terminal() =>
        Assert.Equal("red[U+001B][31m", Inspect("red\u001B[31m")[0].Places[0].Excerpt);

    [Theory]
    [InlineData("The cat sat on the mat and it was very happy with that", "English")]
    [InlineData("Ich habe das nicht gesehen, aber es war sehr schön und auch warm", "German")]
    [InlineData("Je ne sais pas ce que vous avez dit à ma sœur dans la maison", "French")]
    [InlineData("No sé lo que me dijo mi hermana, pero es muy importante para todos nosotros", "Spanish")]
    [InlineData("Я не знаю, что ты сказал", "Cyrillic script")]
    [InlineData("写真を見てください", "Japanese")]
    [InlineData("今天天气很好我们去公园", "Chinese")]
    [InlineData("오늘 날씨가 좋아요", "Korean")]
    [InlineData("Paris Berlin Madrid", null)]
    [InlineData("la la la la la la la la", null)]
    [InlineData("ok", null)]
    public void A_language_is_named_only_where_it_is_certain(string text, string? language)
    {
        var inspector = new RowInspector(new FindingLog());
        Take(inspector, Row(1, text));

        Assert.Equal(language, inspector.Statistics.Languages.Shares().SingleOrDefault()?.Language);
    }

    [Fact]
    public void Rows_in_another_language_than_most_are_noted_across_parts()
    {
        const string English = "The cat sat on the mat and it was very happy with that";
        var first = Statistics([English, English]);
        first.Merge(Statistics(["Ich habe das nicht gesehen, aber es war sehr schön und auch warm", English]));
        var findings = new FindingLog();

        first.Languages.Note(findings);

        var finding = Assert.Single(findings.ToList());
        Assert.Equal(("mixed-languages", FindingSeverity.Note, 1L), (finding.Id, finding.Severity, finding.Count));
        Assert.StartsWith("German: Ich", finding.Places[0].Excerpt);
    }

    private static TextStatistics Statistics(string[] texts)
    {
        var inspector = new RowInspector(new FindingLog());
        for (var i = 0; i < texts.Length; i++)
            Take(inspector, Row(i + 1, texts[i]));
        return inspector.Statistics;
    }

    private static IReadOnlyList<Finding> Inspect(string text)
    {
        var findings = new FindingLog();
        Take(new RowInspector(findings), Row(1, text));
        return findings.ToList();
    }

    private static void Take(RowInspector inspector, DatasetRow row) => inspector.Take(row, RowCheck.Of(row, 1));

    private static DatasetRow Row(long line, string text, string? pair = null) => new(line, line, text, pair, ["x"], null, null);
}
