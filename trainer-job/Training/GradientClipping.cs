using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>Scales all gradients down together so that their global norm is at most a limit.</summary>
internal static class GradientClipping
{
    /// <summary>As <c>torch.nn.utils.clip_grad_norm_</c>, but without waiting for the device.</summary>
    public static void Clip(IEnumerable<Parameter> parameters, double maxNorm)
    {
        using var scope = NewDisposeScope();
        var gradients = parameters.Select(p => p.grad).OfType<Tensor>().ToArray();
        var norm = stack([.. gradients.Select(g => g.norm())]).norm();
        var factor = (maxNorm / (norm + 1e-6)).clamp_max(1);
        foreach (var gradient in gradients)
            gradient.mul_(factor);
    }
}
