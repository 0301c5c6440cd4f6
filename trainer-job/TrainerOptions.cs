using System.ComponentModel.DataAnnotations;

namespace Pipeline.Trainer;

/// <summary>How the trainer works; configuration section <c>Pipeline:Trainer</c>.</summary>
internal sealed class TrainerOptions
{
    public const string Section = "Pipeline:Trainer";

    /// <summary>
    /// How long <c>--once</c> waits for a message. Default 75 s: after a kill the message stays locked for up to a minute
    /// while the replacement already runs.
    /// </summary>
    public TimeSpan IdleWait { get; set; } = TimeSpan.FromSeconds(75);

    /// <summary>On this delivery a failure is final, so that the run does not stay in training for ever. Default 5, as the queue's own limit.</summary>
    [Range(1, 100)]
    public int MaxDeliveryCount { get; set; } = 5;

    /// <summary>Time between two checkpoints within an epoch. Default 2 minutes.</summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Time between two writes of heartbeat and progress. Default 3 s.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Threads of CPU operations. Default: one for each processor.</summary>
    [Range(1, 1_024)]
    public int? Threads { get; set; }
}
