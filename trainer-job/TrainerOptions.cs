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

    /// <summary>
    /// A run is given up when this many trainers in a row broke or were killed without getting it any further. Default 5.
    /// A checkpoint is progress, and so is coming to the evaluation or to the publication for the first time.
    /// </summary>
    [Range(1, 100)]
    public int MaxAttemptsWithoutProgress { get; set; } = 5;

    /// <summary>Time between two checkpoints within an epoch. Default 2 minutes.</summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Time between two writes of heartbeat and progress. Default 3 s.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Time between two looks at the record, by which a run that is cancelled or taken over is noticed. Default 1 s.</summary>
    public TimeSpan WatchInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Threads of CPU operations. Default: one for each processor.</summary>
    [Range(1, 1_024)]
    public int? Threads { get; set; }
}
