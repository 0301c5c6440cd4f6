using System.Globalization;
using System.Net;
using Pipeline.Core.Findings;

namespace Pipeline.Core.Reports;

/// <summary>Puts what others wrote into HTML, so that it is shown and does nothing.</summary>
internal static class HtmlText
{
    /// <summary>A text for an element's content or an attribute in double quotes.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(HiddenCharacters.Show(text));

    /// <summary>A text of the dataset: its writing direction stays its own.</summary>
    public static string Quote(string text) => $"<bdi>{Escape(text)}</bdi>";

    /// <summary>A number with commas.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A share as per cent, with as many places as say something.</summary>
    public static string Share(double share) => share switch
    {
        0 => "0%",
        < 0.001 => "below 0.1%",
        < 0.1 => share.ToString("0.0%", CultureInfo.InvariantCulture),
        _ => share.ToString("0%", CultureInfo.InvariantCulture),
    };

    /// <summary>A coordinate of a drawing.</summary>
    public static string Place(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
