using Pipeline.Core.Datasets;

namespace Pipeline.Core.Runs;

/// <summary>Options that cannot be used, with everything that is wrong with them.</summary>
public sealed class RunOptionsException : Exception
{
    /// <summary>With what is wrong.</summary>
    /// <param name="source">Where the options are from, for example <c>spam.options.json</c>.</param>
    /// <param name="problems">At least one, in the order of the source.</param>
    /// <param name="inner">The error underneath, where there is one.</param>
    public RunOptionsException(string source, IReadOnlyList<OptionProblem> problems, Exception? inner = null)
        : base($"{source}{string.Join(' ', problems.Select(p => $"{(p.Line is { } line ? $", line {line}" : "")}: {p.Message}"))}", inner) =>
        (Origin, Problems) = (source, problems);

    /// <summary>For serializers.</summary>
    public RunOptionsException() : this("", []) { }

    /// <summary>For serializers.</summary>
    public RunOptionsException(string message) : this(message, []) { }

    /// <summary>For serializers.</summary>
    public RunOptionsException(string message, Exception inner) : this(message, [], inner) { }

    /// <summary>Where the options are from.</summary>
    public string Origin { get; } = "";

    /// <summary>What is wrong, in the order of the source.</summary>
    public IReadOnlyList<OptionProblem> Problems { get; } = [];

    /// <summary>The same as the reason to reject a dataset: one finding with a place for each problem.</summary>
    public DatasetRejectedException ToRejection() =>
        new(FindingKind.BadOptions, Message, null, this) { Places = [.. Problems.Select(p => new FindingPlace(p.Line, p.Message, Origin))] };
}

/// <summary>What is wrong with an option.</summary>
/// <param name="Option">Its name; empty where it concerns the options as a whole.</param>
/// <param name="Line">The line of the options file, from 1; null where there is no file.</param>
/// <param name="Message">A sentence with the name, the value and what is allowed.</param>
public sealed record OptionProblem(string Option, long? Line, string Message);
