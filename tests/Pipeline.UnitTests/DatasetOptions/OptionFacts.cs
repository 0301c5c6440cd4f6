using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;

namespace Pipeline.UnitTests.DatasetOptions;

/// <summary>All that <see cref="RunOptions"/> says about one option, from which its schema and its row in the docs are made.</summary>
internal sealed partial class OptionFacts
{
    private static readonly XDocument Comments = XDocument.Load(Path.Combine(AppContext.BaseDirectory, "Pipeline.Core.xml"));
    private readonly PropertyInfo _property;

    private OptionFacts(PropertyInfo property) => _property = property;

    /// <summary>All options, in the order they are written down.</summary>
    public static IReadOnlyList<OptionFacts> All { get; } =
        [.. typeof(RunOptions).GetProperties().Where(p => p.CanWrite).Select(p => new OptionFacts(p))];

    /// <summary>What an option that is an object holds; empty for others.</summary>
    public IReadOnlyList<OptionFacts> Members =>
        Type == typeof(SweepOptions) || Type == typeof(SchedulerKwargs) ? [.. Type.GetProperties().Where(p => p.CanWrite).Select(p => new OptionFacts(p))] : [];

    public string Name => JsonNamingPolicy.SnakeCaseLower.ConvertName(_property.Name);

    /// <summary>The type without its question mark.</summary>
    public Type Type => Nullable.GetUnderlyingType(_property.PropertyType) ?? _property.PropertyType;

    public bool IsNullable => Nullable.GetUnderlyingType(_property.PropertyType) is not null
        || new NullabilityInfoContext().Create(_property).ReadState == NullabilityState.Nullable;

    public string? Category => _property.GetCustomAttribute<CategoryAttribute>()?.Category;

    /// <summary>Its limits. Values of a sweep have those of the option that they are for.</summary>
    public RangeAttribute? Range => _property.GetCustomAttribute<RangeAttribute>() ?? SweptOption?.Range;

    /// <summary>Whether it is a number without a fraction.</summary>
    public bool IsWhole => Type == typeof(int) || SweptOption is { IsWhole: true };

    /// <summary>Whether <c>"auto"</c> may stand for the number.</summary>
    public bool AllowsAuto => _property.GetCustomAttribute<JsonConverterAttribute>()?.ConverterType is { IsGenericType: true } converter && converter.GetGenericTypeDefinition() == typeof(AutoOr<>);

    public string? Pattern => _property.GetCustomAttribute<RegularExpressionAttribute>()?.Pattern;

    /// <summary>The values a text may have; empty where it may be any.</summary>
    public IReadOnlyList<string> Choices =>
        Type.IsEnum ? [.. Enum.GetNames(Type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)]
        : _property.Name == nameof(RunOptions.IgnoreFindings)
            ? [.. FindingKind.All.Where(kind => kind.Severity != FindingSeverity.Error).Select(kind => kind.Id).Order(StringComparer.Ordinal)]
        : [.. _property.GetCustomAttribute<AllowedValuesAttribute>()?.Values.OfType<string>() ?? []];

    /// <summary>The default as JSON; undefined where the option is null by default.</summary>
    public JsonElement Default =>
        JsonSerializer.SerializeToElement(Activator.CreateInstance(_property.DeclaringType!), PipelineJson.Compact).TryGetProperty(Name, out var value) ? value : default;

    /// <summary>The summary's sentence on the default, without the word and the full stop.</summary>
    public string DefaultInWords => DefaultSentence().Match(Summary).Groups[1].Value;

    /// <summary>The rest of the summary.</summary>
    public string Meaning => Spaces().Replace(DefaultSentence().Replace(Summary, ""), " ").Trim();

    /// <summary>The summary on one line; code is between backticks.</summary>
    public string Summary => Spaces().Replace(string.Concat(Nodes().Select(Words)), " ").Trim();

    public override string ToString() => Name;

    private OptionFacts? SweptOption => Type == typeof(SweepValues) ? All.Single(o => o.Name == Name) : null;

    private IEnumerable<XNode> Nodes() =>
        Comments.Descendants("member").SingleOrDefault(m => (string?)m.Attribute("name") == $"P:{_property.DeclaringType!.FullName}.{_property.Name}")
            ?.Element("summary")?.Nodes() ?? [];

    private static string Words(XNode node) => node switch
    {
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see => $"`{((string?)see.Attribute("langword") ?? (string?)see.Attribute("cref"))?.Split('.')[^1]}`",
        XText text => text.Value,
        _ => throw new InvalidDataException($"A summary of RunOptions has {node}."),
    };

    [GeneratedRegex(@"\bDefault:? (.+?)\.(?=\s|$)")]
    private static partial Regex DefaultSentence();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
