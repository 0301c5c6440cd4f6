namespace Pipeline.Functions.Api;

/// <summary>Names that may stand in a path: models and runs.</summary>
internal static class ResourceName
{
    /// <summary>True for lower-case letters, digits and hyphens, 1 to 128 of them.</summary>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= 128 && name.AsSpan().IndexOfAnyExcept(Allowed) < 0;

    /// <summary>True for what can be a version: letters, digits and hyphens, 1 to 128 of them.</summary>
    public static bool IsVersion(string version) =>
        version.Length is > 0 and <= 128 && version.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static readonly System.Buffers.SearchValues<char> Allowed =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
}
