namespace Pipeline.Functions.Api.Docs;

/// <summary>A file inside the program.</summary>
internal static class ShippedFile
{
    /// <summary>Its bytes.</summary>
    public static byte[] Read(string name)
    {
        using var stream = typeof(ShippedFile).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The program was built without '{name}'.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
