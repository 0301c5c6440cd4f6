using Pipeline.Trainer.Data;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>A batch on the device.</summary>
/// <param name="InputIds">[batch, seq] int64.</param>
/// <param name="Lengths">[batch] int64.</param>
/// <param name="Labels">[batch] int64.</param>
internal readonly record struct BatchTensors(Tensor InputIds, Tensor Lengths, Tensor Labels)
{
    public static BatchTensors From(Batch batch, Device device) => new(
        tensor(batch.InputIds, [batch.Size, batch.Sequence], device: device),
        tensor(batch.Lengths, device: device),
        tensor(batch.Labels, device: device));
}
