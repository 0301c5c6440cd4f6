namespace Pipeline.IntegrationTests.Hosting;

/// <summary>The functions app behind one of its two hosts, and what that host does with it.</summary>
internal interface IFunctionsHost : IAsyncDisposable
{
    /// <summary>A client of the HTTP functions.</summary>
    HttpClient Http { get; }

    /// <summary>Tells a function of a blob that was dropped.</summary>
    Task<FunctionOutcome> DropAsync(string function, string container, string blob);

    /// <summary>Delivers a message to a function.</summary>
    /// <param name="function">The function.</param>
    /// <param name="message">The message's body.</param>
    /// <param name="properties">Its application properties.</param>
    /// <param name="deliveryCount">How often it was delivered, this time included.</param>
    Task<FunctionOutcome> DeliverAsync(string function, string message, IReadOnlyDictionary<string, string>? properties = null, int deliveryCount = 1);

    /// <summary>Calls a function whose time has come.</summary>
    Task<FunctionOutcome> TickAsync(string function);
}

/// <summary>How an invocation ended, as the host is told.</summary>
/// <param name="Failure">Why it failed; null: it did not.</param>
internal readonly record struct FunctionOutcome(string? Failure)
{
    /// <summary>It did not fail.</summary>
    public static FunctionOutcome Success => default;
}
