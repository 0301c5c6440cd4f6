using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Pipeline.Core;
using Pipeline.Functions;
using Pipeline.Functions.Api.Tei;

namespace Pipeline.UnitTests.Functions;

/// <summary>What the compiler wrote for JSON speaks the pipeline's dialect, and reads as reflection would.</summary>
public sealed class GeneratedJsonTests
{
    public static TheoryData<Type> Enums => [.. Types().Where(type => type.IsEnum && type != typeof(TeiErrorType))];

    public static TheoryData<Type> Objects => [.. Types().Where(type => type.Namespace!.StartsWith("Pipeline.", StringComparison.Ordinal) && !type.IsEnum && !type.IsAbstract && Of(type).GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object })];

    [Theory]
    [MemberData(nameof(Enums))]
    public void An_enum_is_written_by_its_name_in_snake_case_and_read_again(Type type) => Assert.All(Enum.GetValues(type).Cast<object>(), value =>
    {
        var json = JsonSerializer.Serialize(value, type, Of(type));
        Assert.Equal($"\"{JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()!)}\"", json);
        Assert.Equal(value, JsonSerializer.Deserialize(json, type, Of(type)));
    });

    // The compiler's code sets what is "init" always, to nothing where the document does not say it.
    [Theory]
    [MemberData(nameof(Objects))]
    public void A_member_with_a_default_of_its_own_can_be_left_out(Type type)
    {
        var constructor = type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
            .Where(c => c.GetParameters() is not [{ ParameterType: var only }] || only != type).MaxBy(c => c.GetParameters().Length)!;
        var fresh = constructor.Invoke([.. constructor.GetParameters().Select(p => p.ParameterType.IsValueType ? Activator.CreateInstance(p.ParameterType) : null)]);

        var lost = type.GetProperties()
            .Where(p => p.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true && p.GetCustomAttribute<RequiredMemberAttribute>() is null)
            .Where(p => p.GetIndexParameters().Length == 0 && !Equals(p.GetValue(fresh), p.PropertyType.IsValueType ? Activator.CreateInstance(p.PropertyType) : null))
            .Select(p => p.Name);
        Assert.Empty(lost);
    }

    private static IEnumerable<Type> Types() => new[] { typeof(CoreJson), typeof(FunctionsJson) }
        .SelectMany(context => context.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        .Where(property => property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(JsonTypeInfo<>))
        .Select(property => property.PropertyType.GetGenericArguments()[0])
        .Distinct();

    private static JsonSerializerContext Of(Type type) => CoreJson.Compact.GetTypeInfo(type) is null ? FunctionsJson.Compact : CoreJson.Compact;
}
