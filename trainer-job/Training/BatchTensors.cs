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
        Copy(tensor(batch.InputIds, [batch.Size, batch.Sequence]), device),
        batch.TokenTypeIds is { } types ? Copy(tensor(types, [batch.Size, batch.Sequence]), device) : null,
        Copy(tensor(batch.Lengths), device));

    /// <summary>Brings a tensor of the CPU to the device. From pinned memory, so that the copy is queued behind what the device does, and nobody waits for it.</summary>
    public static Tensor Copy(Tensor onCpu, Device device) => device.type == TorchSharp.DeviceType.CPU ? onCpu : onCpu.pin_memory().to(device, non_blocking: true);
}
