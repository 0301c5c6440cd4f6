using Pipeline.Core.Schemas;

namespace Pipeline.Core.Runs;

/// <summary>
/// The JSON schema of an options file: the shipped <c>options.schema.json</c>, which editors complete from and which every
/// option is checked against. A test keeps it in step with <see cref="RunOptions"/>.
/// </summary>
public static class OptionsSchema
{
    private const string Resource = "options.schema.json";

    private static readonly byte[] Bytes = Read();

    /// <summary>The schema as it is shipped, in UTF-8.</summary>
    public static ReadOnlyMemory<byte> Utf8 => Bytes;

    /// <summary>The schema, ready to check with.</summary>
    public static JsonSchema Schema { get; } = JsonSchema.Parse(Bytes);

    /// <summary>The names of all options.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Schema.Properties.Keys.Where(name => name[0] != '$')];

    private static byte[] Read()
    {
        using var stream = typeof(OptionsSchema).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The build left {Resource} out of {typeof(OptionsSchema).Assembly.GetName().Name}.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
