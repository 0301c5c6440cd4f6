using Pipeline.Trainer.Jobs;

namespace Pipeline.Trainer;

/// <summary>What the process ends with.</summary>
internal static class TrainerExitCodes
{
    /// <summary>The run is done, or there was none, or SIGTERM asked to stop and the message was given back.</summary>
    public const int Success = 0;

    /// <summary>The run failed for good.</summary>
    public const int RunFailed = 1;

    /// <summary>The command line or the configuration is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The attempt broke; the message was given back or is another trainer's.</summary>
    public const int TryAgain = 3;

    /// <summary>Ctrl-C, with the message given back (128 + SIGINT, as shells expect).</summary>
    public const int Interrupted = 130;

    public static int Of(JobOutcome outcome) => outcome switch
    {
        JobOutcome.Failed => RunFailed,
        JobOutcome.GivenBack or JobOutcome.Lost => TryAgain,
        _ => Success,
    };
}
