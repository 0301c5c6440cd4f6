using Pipeline.Core.Datasets;

namespace Pipeline.Local.Cli;

/// <summary>The name a file gets in the container <c>datasets</c>.</summary>
internal static class DatasetName
{
    /// <summary>Names a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="name">The name the user wants; null: the file's own, made to fit.</param>
    /// <exception cref="LocalException">The format or the name is none that the pipeline takes.</exception>
    public static DatasetFile For(string path, string? name)
    {
        var file = Path.GetFileName(path);
        var zipped = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? ".gz" : "";
        var format = Path.GetExtension(file[..^zipped.Length]);
        var model = name ?? DatasetFile.SuggestName(file[..^(format.Length + zipped.Length)]);
        try
        {
            return DatasetFile.Parse(model + format.ToLowerInvariant() + zipped);
        }
        catch (DatasetRejectedException e)
        {
            throw new LocalException(e.Message, name is null ? e.Kind.Fix : $"Choose another --name. {e.Kind.Meaning}", e);
        }
    }
}
