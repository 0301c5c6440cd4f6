using System.Text.Json.Serialization;

namespace Pipeline.Core.Runs;

/// <summary>Where a run stands. It moves from left to right and ends in one of the last five.</summary>
[JsonConverter(typeof(SnakeCaseEnum<RunState>))]
public enum RunState
{
    /// <summary>The dataset is being read, checked, split and tokenized.</summary>
    Validating,

    /// <summary>The training request is on the queue.</summary>
    Queued,

    /// <summary>A trainer holds the message and trains.</summary>
    Training,

    /// <summary>Training is over; the test split is scored and the model is published.</summary>
    Evaluating,

    /// <summary>The model is published.</summary>
    Succeeded,

    /// <summary>The dataset can be trained on and its report is written; nothing was enqueued, because the options say <see cref="RunMode.Validate"/>.</summary>
    Validated,

    /// <summary>The dataset cannot be trained on; the report says why. Nothing was enqueued.</summary>
    Rejected,

    /// <summary>Something broke for good; <see cref="RunRecord.Failure"/> says what.</summary>
    Failed,

    /// <summary>A person, or a newer upload of the same blob, ended the run.</summary>
    Cancelled,
}

/// <summary>Questions asked of a <see cref="RunState"/>.</summary>
public static class RunStateExtensions
{
    /// <summary>True for the states that nothing follows.</summary>
    public static bool IsFinal(this RunState state) =>
        state is RunState.Succeeded or RunState.Validated or RunState.Rejected or RunState.Failed or RunState.Cancelled;

    /// <summary>The state as it stands in JSON, for example <c>training</c>.</summary>
    public static string Name(this RunState state) => state.ToString().ToLowerInvariant();
}
