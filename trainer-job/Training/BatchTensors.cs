using Pipeline.Trainer.Data;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>A batch on the device.</summary>
/// <param name="InputIds">[batch, seq] int64.</param>
/// <param name="TokenTypeIds">[batch, seq] int64; null for families without token types.</param>
/// <param name="Lengths">[batch] int64.</param>
internal readonly record struct BatchTensors(Tensor InputIds, Tensor? TokenTypeIds, Tensor Lengths)
{
    public static BatchTensors From(Batch batch, Device device) => new(
        tensor(batch.InputIds, [batch.Size, batch.Sequence], device: device),
        batch.TokenTypeIds is { } types ? tensor(types, [batch.Size, batch.Sequence], device: device) : null,
        tensor(batch.Lengths, device: device));
}
