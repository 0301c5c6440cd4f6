using System.Text.Json.Serialization;

namespace Pipeline.Core.Models;

/// <summary>
/// What is read between the start of a program and its first answer: code that the compiler wrote reads it without the time that reflection takes to be
/// set up. Names and habits are those of the options that it is used with.
/// </summary>
[JsonSerializable(typeof(ModelManifest))]
[JsonSerializable(typeof(ProductionPointer))]
internal sealed partial class ModelJsonContext : JsonSerializerContext;
