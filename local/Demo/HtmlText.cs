using System.Text;
using MimeKit.Text;

namespace Pipeline.Local.Demo;

/// <summary>The words of an HTML document, without tags, styles and scripts.</summary>
internal static class HtmlText
{
    /// <summary>Converts; broken HTML gives what a browser would roughly show.</summary>
    public static string From(string html)
    {
        var text = new StringBuilder(html.Length / 2);
        var tokenizer = new HtmlTokenizer(new StringReader(html)) { DecodeCharacterReferences = true };
        var hidden = HtmlTagId.Unknown; // inside <style> or <script>, until that tag is closed
        while (tokenizer.ReadNextToken(out var token))
        {
            switch (token)
            {
                case HtmlTagToken tag when hidden != HtmlTagId.Unknown:
                    if (tag.IsEndTag && tag.Id == hidden)
                        hidden = HtmlTagId.Unknown;
                    break;
                case HtmlTagToken { IsEndTag: false, IsEmptyElement: false, Id: HtmlTagId.Style or HtmlTagId.Script } tag:
                    hidden = tag.Id;
                    break;
                case HtmlTagToken tag:
                    if (BreaksLine(tag.Id))
                        text.Append('\n');
                    break;
                // Comments, CDATA and scripts are tokens of other kinds, or derived ones, and are not shown.
                case HtmlDataToken { Kind: HtmlTokenKind.Data } data when hidden == HtmlTagId.Unknown:
                    text.Append(data.Data.ReplaceLineEndings(" "));
                    break;
            }
        }

        return text.ToString();
    }

    private static bool BreaksLine(HtmlTagId tag) => tag
        is HtmlTagId.Br or HtmlTagId.P or HtmlTagId.Div or HtmlTagId.TR or HtmlTagId.LI or HtmlTagId.UL or HtmlTagId.OL or HtmlTagId.Table
        or HtmlTagId.H1 or HtmlTagId.H2 or HtmlTagId.H3 or HtmlTagId.H4 or HtmlTagId.H5 or HtmlTagId.H6 or HtmlTagId.HR or HtmlTagId.Title
        or HtmlTagId.BlockQuote or HtmlTagId.Pre or HtmlTagId.Center or HtmlTagId.TD;
}
