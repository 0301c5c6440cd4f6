using Pipeline.Core.Runs;

namespace Pipeline.Trainer.Jobs;

/// <summary>The run cannot succeed, however often it is tried.</summary>
/// <param name="code">A stable identifier.</param>
/// <param name="message">What is wrong.</param>
/// <param name="fix">What the user can do.</param>
/// <param name="inner">The cause.</param>
internal sealed class PermanentFailureException(string code, string message, string fix, Exception? inner = null) : Exception(message, inner)
{
    public string Code { get; } = code;

    public string Fix { get; } = fix;

    /// <summary>The same for the record.</summary>
    public RunFailure ToFailure() => new(Code, Message, Fix);
}
