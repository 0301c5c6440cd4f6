using System.Runtime.InteropServices;
using Pipeline.Trainer.Jobs;

namespace Pipeline.Trainer.Training;

/// <summary>What libtorch says when memory does not suffice, on either kind of device.</summary>
internal static class OutOfMemory
{
    // Of c10's allocators: the CUDA one, and the one for the CPU in its two forms.
    private static readonly string[] s_messages = ["out of memory", "can't allocate memory", "not enough memory"];

    /// <summary>Whether an exception means that there was not enough memory.</summary>
    public static bool Is(Exception exception) =>
        exception is OutOfMemoryException
        || (exception is ExternalException && s_messages.Any(m => exception.Message.Contains(m, StringComparison.OrdinalIgnoreCase)));

    /// <summary>One example alone does not fit.</summary>
    public static PermanentFailureException Final(int tokens, Exception cause) => new(
        "out-of-memory",
        $"There is not enough memory for a step with one example of {tokens} tokens: {cause.Message}",
        "Set a lower max_length, use LoRA (lora_r) or gradient_checkpointing, or take a smaller base model or a device with more memory; then upload the dataset again.",
        cause);
}
