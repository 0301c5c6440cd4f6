using static TorchSharp.torch;

namespace Pipeline.Modeling.Optimization;

/// <summary>The update in tensor operations, for devices whose memory C# cannot reach. Runs inside the caller's dispose scope.</summary>
internal static class AdamWTensorOperations
{
    public static void Update(Tensor parameter, Tensor gradient, Tensor mean, Tensor square, in AdamWConstants c, double weightDecay)
    {
        if (c.GradientScale != 1) gradient = gradient * c.GradientScale;
        mean.mul_(c.Beta1).add_(gradient, 1 - c.Beta1);
        square.mul_(c.Beta2).addcmul_(gradient, gradient, 1 - c.Beta2);
        if (weightDecay != 0) parameter.mul_(c.Shrink(weightDecay));
        parameter.addcdiv_(mean, square.sqrt().div_(c.RootCorrection).add_(c.Epsilon), -c.StepSize);
    }
}
