using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Pipeline.Core.Runs;

/// <summary>Entries of the log that an alert or a workbook looks for, by their ids.</summary>
public static class RunLogEvents
{
    /// <summary>A run has failed for good, whoever found out. The infrastructure's alert searches the logs for its number.</summary>
    public static readonly EventId RunFailed = new(2001, nameof(RunFailed));

    /// <summary>A run has ended, however; written by <see cref="LogEnded"/>. The infrastructure's workbook reads it.</summary>
    public static readonly EventId RunEnded = new(2002, nameof(RunEnded));

    /// <summary>A trainer gives no sign of life, and its message is sent again; written by the function <c>CheckRuns</c>. An alert searches the logs for its number.</summary>
    public static readonly EventId TrainerSilent = new(2003, nameof(TrainerSilent));

    /// <summary>Logs that a run has failed, and why.</summary>
    public static void LogFailed(this ILogger logger, RunRecord run) =>
        logger.LogError(RunFailed, "Run '{RunId}' has failed: {Code}. {Message}", run.RunId, run.Failure?.Code, run.Failure?.Message);

    /// <summary>
    /// Logs that a run has ended, in one line of <c>name=value</c> that a query can take apart: run, model, state, code (of the failure), accelerator,
    /// attempts, billed_seconds, training_seconds, price, currency. What is not known is <c>-</c>.
    /// </summary>
    public static void LogEnded(this ILogger logger, RunRecord run)
    {
        var usage = run.TotalUsage ?? run.Usage;
        logger.LogInformation(
            RunEnded,
            "Run ended: run={Run} model={Model} state={State} code={Code} accelerator={Accelerator} attempts={Attempts} billed_seconds={BilledSeconds} training_seconds={TrainingSeconds} price={Price} currency={Currency}.",
            run.RunId, run.ModelName, run.State.Name(), run.Failure?.Code ?? "-", usage?.Accelerator ?? "-", usage?.Attempts ?? 0,
            Number(usage?.BilledSeconds ?? 0), Number(usage?.TrainingSeconds ?? 0), usage?.Price is { } price ? price.ToString(CultureInfo.InvariantCulture) : "-", usage?.Currency ?? "-");
    }

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
