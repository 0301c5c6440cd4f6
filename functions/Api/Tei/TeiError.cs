using System.Text.Json.Serialization;

namespace Pipeline.Functions.Api.Tei;

/// <summary>An error as Text Embeddings Inference answers it.</summary>
/// <param name="Error">What is wrong.</param>
/// <param name="ErrorType">Of which kind it is.</param>
internal sealed record TeiError(string Error, [property: JsonConverter(typeof(JsonStringEnumConverter<TeiErrorType>))] TeiErrorType ErrorType);

/// <summary>Kinds of errors, by the names that Text Embeddings Inference sends.</summary>
internal enum TeiErrorType
{
    /// <summary>The server or its storage is not able to answer now.</summary>
    Unhealthy,

    /// <summary>The model cannot compute.</summary>
    Backend,

    /// <summary>Too many requests.</summary>
    Overloaded,

    /// <summary>The request is of the wrong shape, or asks for what is not served.</summary>
    Validation,

    /// <summary>A text cannot be tokenized. Never answered here: every text can be.</summary>
    Tokenizer,

    /// <summary>There is no text.</summary>
    Empty,
}
