using System.Reflection;
using Pipeline.Core.Storage;

namespace Pipeline.InfraTests;

/// <summary>The names under which the code reads its configuration, as environment variables, found by reflection.</summary>
internal static class ConfigurationNames
{
    // Only for Azurite, where on Azure it would be a key; and for brokers of one's own, since Azure's certificates are publicly trusted.
    private static readonly string[] _notOnAzure = ["Pipeline__Storage__ConnectionString", "Pipeline__Queue__CertificateAuthority"];

    /// <summary>Whether an options class of Pipeline.Core reads a name. Of a dictionary's entry any key will do.</summary>
    public static bool IsRead(string name) => !_notOnAzure.Contains(name) && Properties().Any(option =>
        option.Name == name
        || (option.EntryType is { } entry && name.StartsWith(option.Name + "__", StringComparison.Ordinal)
            && name[(option.Name.Length + 2)..].Split("__") is [_, var property] && entry.GetProperty(property) is not null));

    /// <summary>Those whose property is null unless it is set.</summary>
    public static IEnumerable<string> WithoutDefault() =>
        Properties().Where(option => option.Default is null).Select(option => option.Name).Except(_notOnAzure);

    private static IEnumerable<(string Name, object? Default, Type? EntryType)> Properties() =>
        from type in typeof(StorageOptions).Assembly.GetExportedTypes()
        let section = type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string
        where section?.StartsWith("Pipeline:", StringComparison.Ordinal) == true
        let defaults = Activator.CreateInstance(type)
        from property in type.GetProperties()
        select ($"{section}:{property.Name}".Replace(":", "__", StringComparison.Ordinal), property.GetValue(defaults),
            property.PropertyType is { IsGenericType: true } generic && generic.GetGenericTypeDefinition() == typeof(Dictionary<,>) ? generic.GetGenericArguments()[1] : null);
}
