using System.Text;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>A list in brackets inside a field: JSON's <c>["a", "b"]</c>, Python's <c>['a', 'b']</c>, or without quotes <c>[1, 2]</c>.</summary>
internal static class BracketList
{
    /// <summary>The items, without quotes.</summary>
    public static List<string> Parse(string list)
    {
        var items = new List<string>();
        var item = new StringBuilder();
        var quote = '\0';
        for (var i = 1; i < list.Length - 1; i++)
        {
            var c = list[i];
            if (quote != '\0' && c == '\\' && i + 1 < list.Length - 1)
                item.Append(list[++i]);
            else if (quote != '\0' && c == quote)
                quote = '\0';
            else if (quote != '\0')
                item.Append(c);
            else if (c is '"' or '\'' && item.ToString().AsSpan().Trim().IsEmpty)
                quote = c;
            else if (c == ',')
                Take();
            else
                item.Append(c);
        }

        Take();
        return items;

        void Take()
        {
            var value = item.ToString().Trim();
            if (value.Length > 0)
                items.Add(value);
            item.Clear();
        }
    }
}
