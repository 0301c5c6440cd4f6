using System.Text.Json.Nodes;
using Pipeline.Tests.Containers;

namespace Pipeline.UnitTests.Functions;

/// <summary>
/// host.json and each function.json against what the public schemas say of them (SchemaStore's <c>host.json</c> and <c>function.json</c>, and the binding
/// references of Azure Functions), in our own words and stricter: only what this app uses is allowed, and what a binding needs is required.
/// </summary>
/// <remarks>
/// SchemaStore's schema of <c>customHandler</c> does not know <c>enableProxyingHttpRequest</c> yet; the host does. <c>dataType</c>, <c>cardinality</c> and
/// <c>isSessionsEnabled</c> are left out on purpose: they change what the handler is sent, which <see cref="HostReplayTests"/> would have to replay.
/// </remarks>
public sealed class HostSchemaTests
{
    private static readonly JsonNode _rules = JsonNode.Parse("""
        {
          "time": { "type": "string", "pattern": "^([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d$" },
          "name": { "type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_]*$" },
          "level": { "enum": ["Trace", "Debug", "Information", "Warning", "Error", "Critical", "None"] },
          "host": {
            "type": "object", "additionalProperties": false, "required": ["version", "customHandler", "extensionBundle"],
            "properties": {
              "version": { "const": "2.0" },
              "functionTimeout": { "$ref": "#/time" },
              "customHandler": {
                "type": "object", "additionalProperties": false, "required": ["description"],
                "properties": {
                  "description": {
                    "type": "object", "additionalProperties": false, "required": ["defaultExecutablePath"],
                    "properties": {
                      "defaultExecutablePath": { "type": "string", "minLength": 1 },
                      "workingDirectory": { "type": "string" },
                      "arguments": { "type": "array", "items": { "type": "string" } }
                    }
                  },
                  "enableForwardingHttpRequest": { "type": "boolean" },
                  "enableProxyingHttpRequest": { "type": "boolean" }
                }
              },
              "extensions": { "$ref": "#/extensions" },
              "extensionBundle": {
                "type": "object", "additionalProperties": false, "required": ["id", "version"],
                "properties": {
                  "id": { "enum": ["Microsoft.Azure.Functions.ExtensionBundle"] },
                  "version": { "type": "string", "pattern": "^[\\[(]\\d+(\\.\\d+|\\.\\*){0,2}, ?\\d+(\\.\\d+){0,2}[\\])]$" }
                }
              },
              "logging": { "$ref": "#/logging" }
            }
          },
          "isolated": {
            "type": "object", "additionalProperties": false, "required": ["version"],
            "properties": { "version": { "const": "2.0" }, "functionTimeout": { "$ref": "#/time" }, "extensions": { "$ref": "#/extensions" }, "logging": { "$ref": "#/logging" } }
          },
          "extensions": {
            "type": "object", "additionalProperties": false,
            "properties": {
              "http": { "type": "object", "additionalProperties": false, "properties": { "routePrefix": { "type": "string" } } },
              "serviceBus": {
                "type": "object", "additionalProperties": false,
                "properties": {
                  "prefetchCount": { "type": "integer", "minimum": 0 },
                  "maxConcurrentCalls": { "type": "integer", "minimum": 1 },
                  "autoCompleteMessages": { "type": "boolean" },
                  "maxAutoLockRenewalDuration": { "$ref": "#/time" }
                }
              }
            }
          },
          "logging": {
            "type": "object", "additionalProperties": false,
            "properties": {
              "logLevel": { "type": "object", "additionalProperties": { "$ref": "#/level" } },
              "applicationInsights": { "type": "object", "additionalProperties": false, "properties": { "samplingSettings": { "type": "object" } } }
            }
          },
          "function": {
            "type": "object", "additionalProperties": false, "required": ["bindings"],
            "properties": { "disabled": { "type": "boolean" }, "bindings": { "type": "array", "minItems": 1, "items": { "$ref": "#/binding" } } }
          },
          "binding": {
            "oneOf": [
              {
                "type": "object", "additionalProperties": false, "required": ["type", "direction", "name", "queueName", "connection"],
                "properties": {
                  "type": { "const": "serviceBusTrigger" }, "direction": { "const": "in" }, "name": { "$ref": "#/name" },
                  "queueName": { "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*(/\\$DeadLetterQueue)?$" }, "connection": { "$ref": "#/name" }
                }
              },
              {
                "type": "object", "additionalProperties": false, "required": ["type", "direction", "name", "schedule"],
                "properties": {
                  "type": { "const": "timerTrigger" }, "direction": { "const": "in" }, "name": { "$ref": "#/name" },
                  "schedule": { "type": "string", "pattern": "^(%\\w+%|([0-9*/,-]+ ){5}[0-9A-Za-z*/,-]+)$" },
                  "runOnStartup": { "const": false }, "useMonitor": { "type": "boolean" }
                }
              },
              {
                "type": "object", "additionalProperties": false, "required": ["type", "direction", "name", "authLevel", "methods", "route"],
                "properties": {
                  "type": { "const": "httpTrigger" }, "direction": { "const": "in" }, "name": { "$ref": "#/name" },
                  "authLevel": { "enum": ["anonymous", "function", "admin"] },
                  "methods": { "type": "array", "minItems": 1, "items": { "enum": ["get", "post", "delete", "head", "patch", "put", "options", "trace"] } },
                  "route": { "type": "string", "pattern": "^[a-z0-9{}./-]+$" }
                }
              },
              {
                "type": "object", "additionalProperties": false, "required": ["type", "direction", "name"],
                "properties": { "type": { "const": "http" }, "direction": { "const": "out" }, "name": { "$ref": "#/name" } }
              }
            ]
          }
        }
        """)!;

    private static readonly JsonSchema _schema = new(_rules);

    public static TheoryData<string> Names => [.. FunctionFolders.Names];

    [Fact]
    public void Host_json_keeps_the_rules() => Assert.Empty(Errors(FunctionFolders.Host.GetRawText(), "host"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_function_json_keeps_the_rules(string name) => Assert.Empty(Errors(FunctionFolders.Function(name).GetRawText(), "function"));

    // A rule that takes everything says nothing.
    [Theory]
    [InlineData("function", """{"bindings": []}""")]
    [InlineData("function", """{"bindings": [{"type": "serviceBusTrigger", "direction": "out", "name": "message", "queueName": "q", "connection": "c"}]}""")]
    [InlineData("function", """{"bindings": [{"type": "serviceBusTrigger", "direction": "in", "name": "message", "queueName": "q"}]}""")]
    [InlineData("function", """{"bindings": [{"type": "timerTrigger", "direction": "in", "name": "timer", "schedule": "*/5 * * * *"}]}""")]
    [InlineData("function", """{"bindings": [{"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "user", "methods": ["get"], "route": "x"}]}""")]
    [InlineData("function", """{"bindings": [{"type": "blobTrigger", "direction": "in", "name": "blob", "path": "datasets/{name}"}]}""")]
    [InlineData("host", """{"version": "2.0", "customHandler": {"description": {}}, "extensionBundle": {"id": "Microsoft.Azure.Functions.ExtensionBundle", "version": "[4.*, 5.0.0)"}}""")]
    [InlineData("host", """{"version": "2.0", "functionTimeout": "30", "customHandler": {"description": {"defaultExecutablePath": "x"}}, "extensionBundle": {"id": "Microsoft.Azure.Functions.ExtensionBundle", "version": "[4.*, 5.0.0)"}}""")]
    public void A_file_that_breaks_a_rule_is_found(string rule, string json) => Assert.NotEmpty(Errors(json, rule));

    [Fact]
    public void The_isolated_worker_s_host_json_keeps_its_rules_and_the_same_limits()
    {
        var isolated = JsonNode.Parse(File.ReadAllText(Repository.PathOf("functions/Isolated/host.json")))!;
        var custom = JsonNode.Parse(FunctionFolders.Host.GetRawText())!;

        Assert.Empty(Errors(isolated.ToJsonString(), "isolated"));
        Assert.All(["functionTimeout", "extensions", "logging"], part => Assert.True(JsonNode.DeepEquals(custom[part], isolated[part]), part));
    }

    private static IEnumerable<string> Errors(string json, string rule) => _schema.Errors(JsonNode.Parse(json), _rules[rule]!);
}
