using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;

namespace Pipeline.UnitTests.DatasetOptions;

/// <summary>Makes the tables of options in <c>docs/dataset-format.md</c>, one for each category.</summary>
internal static class OptionTables
{
    private const string Begin = "<!-- options: made from RunOptions.cs, see CONTRIBUTING.md -->\n";
    private const string End = "<!-- end of options -->";

    /// <summary>The page with its tables replaced.</summary>
    public static string Replace(string page)
    {
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        Assert.True(begin >= 0 && end > begin, $"docs/dataset-format.md has no '{Begin.Trim()}' before '{End}'.");
        return page[..(begin + Begin.Length)] + Write() + page[end..];
    }

    private static string Write()
    {
        var text = new StringBuilder();
        foreach (var category in OptionFacts.All.GroupBy(o => o.Category ?? throw new InvalidDataException($"The option {o} has no [Category].")))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {category.Key}\n\n| option | default | value | meaning |\n| --- | --- | --- | --- |\n");
            foreach (var option in category)
            {
                text.Append(Row(option, option.Name));
                foreach (var member in option.Members)
                    text.Append(Row(member, $"{option}.{member}"));
            }
        }

        return text.Append('\n').ToString();
    }

    private static string Row(OptionFacts option, string name) => $"| `{name}` | {Cell(option.DefaultInWords)} | {Cell(Value(option))} | {Cell(option.Meaning)} |\n";

    private static string Value(OptionFacts option)
    {
        if (option.Members.Count > 0)
            return "object of the following";
        if (option.Type == typeof(bool))
            return "`true` or `false`";
        if (option.Type == typeof(ClassWeights))
            return $"{string.Join(", ", ClassWeights.Names.Select(n => $"`{n}`"))}, or object: {Span(option.Range!)} by label";
        var many = option.Type == typeof(SweepValues) ? "list or range of " : "";
        if (option.Range is { } range)
            return many + Span(range) + (option.AllowsAuto ? $", or `{AutoOr.Word}`" : "");
        if (option.Type == typeof(RecordPaths))
            return "path, list of paths, or object of them by split";
        if (option.Type == typeof(NameList))
            return option.Choices.Count > 0 ? "id or list of ids" : "text or list of texts";
        return option.Choices.Count > 0 ? string.Join(", ", option.Choices.Select(c => $"`{c}`")) : "text";
    }

    private static string Span(RangeAttribute range) => range.Maximum is int.MaxValue
        ? $"{range.Minimum} or more"
        : string.Create(CultureInfo.InvariantCulture, $"{Figure(range.Minimum)} to {Figure(range.Maximum)}");

    private static string Figure(object number) => number is double d && Math.Abs(d) < 1e-4 && d != 0
        ? d.ToString("0.#####e0", CultureInfo.InvariantCulture)
        : string.Format(CultureInfo.InvariantCulture, number is int ? "{0:N0}" : "{0}", number);

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
