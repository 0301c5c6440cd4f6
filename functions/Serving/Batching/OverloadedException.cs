namespace Pipeline.Functions.Serving.Batching;

/// <summary>More texts are waiting than the queue takes; the same request may succeed in a moment.</summary>
internal sealed class OverloadedException(string message) : Exception(message);
