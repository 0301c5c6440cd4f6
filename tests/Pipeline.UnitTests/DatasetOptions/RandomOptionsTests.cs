using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;

namespace Pipeline.UnitTests.DatasetOptions;

/// <summary>Whatever an options file holds, it is either read or refused with an error that names the key.</summary>
public sealed class RandomOptionsTests
{
    private static readonly Gen<JsonNode?> Scalar = Gen.OneOf(
        Gen.Int[-10, 100].Select(i => (JsonNode?)i),
        Gen.Double[-2, 2].Select(d => (JsonNode?)d),
        Gen.Double[1e-9, 1e12].Select(d => (JsonNode?)d),
        Gen.Bool.Select(b => (JsonNode?)b),
        Gen.String[Gen.Char["ab,|\t\"\\é\n"], 0, 6].Select(s => (JsonNode?)s),
        OneOf(["utf-8", "validate", "tab", "text", "multi_label_classification", "empty-text"]).Select(s => (JsonNode?)s),
        Gen.Const((JsonNode?)null));

    private static readonly Gen<JsonNode?> Value = Gen.OneOf(
        Scalar,
        Scalar.Array[0, 3].Select(items => (JsonNode?)new JsonArray([.. items.Select(i => i?.DeepClone())])),
        Gen.Select(OneOf(["train", "validation", "test", "dev"]), Scalar, (key, value) => (JsonNode?)new JsonObject { [key] = value?.DeepClone() }));

    // Mostly real names; some with a letter off.
    private static readonly Gen<string> Key = Gen.Select(
        OneOf(OptionsSchema.Names), Gen.Int[0, 9], Gen.Int[0, 50], (name, kind, at) => kind > 1 ? name : name.Remove(at % name.Length, 1));

    [Fact]
    public void Random_options_are_read_or_refused_with_the_key_and_its_line() =>
        Gen.Select(Key, Value).Array[0, 5].Sample(members =>
        {
            var distinct = members.DistinctBy(m => m.Item1).ToArray();
            var json = "{\n" + string.Join(",\n", distinct.Select(m => $"{JsonSerializer.Serialize(m.Item1)}: {m.Item2?.ToJsonString() ?? "null"}")) + "\n}";
            try
            {
                RunOptionsReader.FromJson(json, "a.options.json");
                Assert.All(distinct, m => Assert.Contains(m.Item1, OptionsSchema.Names));
            }
            catch (RunOptionsException e)
            {
                Assert.NotEmpty(e.Problems);
                Assert.All(e.Problems, p =>
                {
                    var member = Assert.Single(distinct.Index(), m => p.Option.Split('[', '.')[0] == m.Item.Item1);
                    Assert.Contains($"'{p.Option.Split('[')[0].Split('.')[0]}", p.Message, StringComparison.Ordinal);
                    Assert.Equal(member.Index + 2, p.Line);
                });
                Assert.All(distinct.Where(m => !OptionsSchema.Names.Contains(m.Item1)), m => Assert.Contains(e.Problems, p => p.Option == m.Item1));
            }
        });

    [Fact]
    public void Every_value_that_the_schema_allows_is_read_as_it_is_written() =>
        AllowedOptions.Sample(json =>
        {
            var written = JsonSerializer.SerializeToNode(RunOptionsReader.FromJson(json.ToJsonString(), "a.options.json"), PipelineJson.Compact)!;

            Assert.All(json, m => Assert.True(JsonNode.DeepEquals(m.Value, written[m.Key]), $"{m.Key}: {m.Value} became {written[m.Key]}"));
        });

    [Fact]
    public void The_same_options_as_metadata_are_read_the_same() =>
        AllowedOptions.Sample(json =>
        {
            var text = json.Select(m => KeyValuePair.Create(m.Key, m.Value is JsonValue v && v.TryGetValue<string>(out var s) ? s : m.Value!.ToJsonString()));

            Assert.Equal(RunOptionsReader.FromJson(json.ToJsonString(), "file"), RunOptionsReader.FromMetadata(text, "metadata"));
        });

    // Without those that go only with some others; OptionConflictsTests and SweepOptionsTests have them.
    private static Gen<JsonObject> AllowedOptions => OptionFacts.All.Where(o => !GoesWithOthers(o.Name)).Aggregate(
        Gen.Const(() => new JsonObject()),
        (others, option) => Gen.Select(others, Allowed(option), (json, value) =>
        {
            if (value is not null)
                json[option.Name] = value.DeepClone();
            return json;
        }));

    private static bool GoesWithOthers(string name) =>
        name.StartsWith("lora_", StringComparison.Ordinal) || name.StartsWith("base_model", StringComparison.Ordinal) || name.EndsWith("_strategy", StringComparison.Ordinal)
        || name is "use_rslora" or "fp16" or "freeze_layers" or "sweep" or "tune_thresholds" or "abstain_accuracy" or "warmup_ratio" or "lr_scheduler_type" or "lr_scheduler_kwargs" or "eval_steps" or "save_steps"
            or "metric_for_best_model" or "greater_is_better" or "early_stopping_threshold"
            or "label_separator" or "label_names" or "label_names_file" or "merge_label_variants" or "class_weights" or "label_smoothing_factor";

    private static Gen<T> OneOf<T>(IReadOnlyList<T> values) => Gen.Int[0, values.Count - 1].Select(i => values[i]);

    private static Gen<JsonNode?> Allowed(OptionFacts option)
    {
        var value = option switch
        {
            { Type: var t } when t == typeof(ClassWeights) => Gen.OneOf(
                OneOf(ClassWeights.Names).Select(n => (JsonNode?)n), Gen.Int[1, 1_000].Select(w => (JsonNode?)new JsonObject { ["a"] = w, ["b"] = 0.5 })),
            { Type: var t } when t == typeof(bool) => Gen.Bool.Select(b => (JsonNode?)b),
            { Range: { } r, Type: var t } when t == typeof(int) => Gen.Int[(int)r.Minimum, (int)r.Maximum].Select(i => (JsonNode?)i),
            { Range: { } r } => Gen.Double[(double)r.Minimum, (double)r.Maximum].Select(d => (JsonNode?)d),
            { Choices: { Count: > 0 } choices } => OneOf(choices).Select(c => (JsonNode?)c),
            { Pattern: not null } => OneOf([";", "|", ",", "tab", "\\t", "\t"]).Select(c => (JsonNode?)c),
            { Type: var t } when t == typeof(NameList) => Gen.OneOf(Name.Select(n => (JsonNode?)n), Names),
            { Type: var t } when t == typeof(RecordPaths) => Gen.OneOf(Name.Select(n => (JsonNode?)n), Names, Names.Select(n => (JsonNode?)new JsonObject { ["train"] = n?.DeepClone() })),
            _ => Name.Select(n => (JsonNode?)n),
        };
        return Gen.Select(value, Gen.Bool, (v, isSet) => isSet ? v : null);
    }

    private static Gen<string> Name => Gen.String[Gen.Char["abcé _-.7"], 1, 12];

    // One name alone is written as a text.
    private static Gen<JsonNode?> Names => Name.Array[2, 4].Select(names => (JsonNode?)new JsonArray([.. names.Select(n => JsonValue.Create(n))]));
}
