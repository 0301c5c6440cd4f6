using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Pipeline.Core;
using Pipeline.Core.Runs;

namespace Pipeline.Functions.Api.Validate;

/// <summary>Reads the options of a posted dataset: from the query, or from a part of the body.</summary>
internal static class PostedOptions
{
    /// <summary>The file's name in the query.</summary>
    public const string Name = "name";

    // The last two are the Functions host's own: a key may stand in the query.
    private static readonly HashSet<string> NoOptions = new(StringComparer.OrdinalIgnoreCase) { Name, "code", "clientId" };

    /// <summary>The options.</summary>
    /// <param name="query">A repeated parameter is a list.</param>
    /// <param name="part">The part <c>options</c> of the body; null where there is none.</param>
    /// <exception cref="RefusedRequestException">400: an option cannot be used.</exception>
    public static RunOptions Read(IEnumerable<KeyValuePair<string, StringValues>> query, byte[]? part)
    {
        var inQuery = query.Where(q => !NoOptions.Contains(q.Key)).Select(q => KeyValuePair.Create(q.Key, Text(q.Value))).ToList();
        if (part is not null && inQuery.Count > 0)
        {
            throw new RefusedRequestException(
                StatusCodes.Status400BadRequest, "two-options", $"Options stand in the query ('{inQuery[0].Key}') and in the part 'options'.", "Put all of them into one of the two.");
        }

        try
        {
            var options = part is null ? RunOptionsReader.FromText(inQuery, "query") : RunOptionsReader.FromJson(part, "options");
            if (options.LabelNamesFile is { } file)
            {
                throw new RefusedRequestException(
                    StatusCodes.Status400BadRequest, "bad-options", $"'label_names_file' is \"{file}\"; a request has no file beside the dataset.", "Send the names as label_names.");
            }

            return options;
        }
        catch (RunOptionsException e)
        {
            throw new RefusedRequestException(
                StatusCodes.Status400BadRequest, "bad-options", e.Message, "GET /api/options.schema.json describes every option.", e);
        }
    }

    private static string Text(StringValues values) =>
        values.Count == 1 ? values.ToString() : JsonSerializer.Serialize(values.ToArray(), CoreJson.Compact.StringArray!);
}
