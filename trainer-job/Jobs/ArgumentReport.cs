using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Jobs;

/// <summary>Tells as events what was chosen for the user, why, and what could not be done as asked.</summary>
internal static class ArgumentReport
{
    public static void Write(TrainingArguments arguments, RunReporter reporter)
    {
        if (arguments.Reasons.Count > 0)
            reporter.Event("arguments", "Chosen: " + string.Join("; ", arguments.Reasons.Select(r => $"{r.Key} {r.Value}")) + ".");
        foreach (var warning in arguments.Warnings)
            reporter.Event("warning", warning);
    }
}
