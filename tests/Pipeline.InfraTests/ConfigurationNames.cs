using System.Reflection;
using Pipeline.Core.Storage;

namespace Pipeline.InfraTests;

/// <summary>The names under which the code reads its configuration, as environment variables, found by reflection.</summary>
internal static class ConfigurationNames
{
    // Only for Azurite; on Azure it would be a key.
    private static readonly string[] _notOnAzure = ["Pipeline__Storage__ConnectionString"];

    /// <summary>Every name that an options class of Pipeline.Core reads.</summary>
    public static IEnumerable<string> All() =>
        Properties().Select(option => option.Name).Except(_notOnAzure);

    /// <summary>Those whose property is null unless it is set.</summary>
    public static IEnumerable<string> WithoutDefault() =>
        Properties().Where(option => option.Default is null).Select(option => option.Name).Except(_notOnAzure);

    private static IEnumerable<(string Name, object? Default)> Properties() =>
        from type in typeof(StorageOptions).Assembly.GetExportedTypes()
        let section = type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string
        where section?.StartsWith("Pipeline:", StringComparison.Ordinal) == true
        let defaults = Activator.CreateInstance(type)
        from property in type.GetProperties()
        select ($"{section}:{property.Name}".Replace(":", "__", StringComparison.Ordinal), property.GetValue(defaults));
}
