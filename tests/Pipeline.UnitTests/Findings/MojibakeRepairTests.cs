using System.Text;
using CsCheck;
using Pipeline.Core.Findings;

namespace Pipeline.UnitTests.Findings;

public sealed class MojibakeRepairTests
{
    [Theory]
    [InlineData("cafÃ©", "café")]
    [InlineData("donâ€™t", "don’t")]
    [InlineData("donÃ¢â‚¬â„¢t", "don’t")]
    [InlineData("100 Â£", "100 £")]
    [InlineData("ðŸ˜€", "😀")]
    [InlineData("ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет")]
    [InlineData("that\u0092s \u0093it\u0094", "that’s “it”")]
    [InlineData("SÃO «CAFÉ» „Spaß“", "SÃO «CAFÉ» „Spaß“")]
    public void Damage_is_undone_and_sound_text_is_left_alone(string damaged, string meant) =>
        Assert.Equal(meant, MojibakeRepair.Repair(damaged));

    [Fact]
    public void Every_text_of_western_europe_that_was_read_as_latin_1_is_found_and_repaired() =>
        Gen.String[Gen.Char["abc éèüßñçœ’“”…–€"], 1, 30].Sample(text =>
        {
            var damaged = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
            Assert.Equal(text, MojibakeRepair.Repair(damaged));
            Assert.Equal(damaged != text, MojibakeRepair.Find(damaged) >= 0);
        });
}
