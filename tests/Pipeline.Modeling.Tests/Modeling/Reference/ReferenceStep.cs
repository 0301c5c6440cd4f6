using Pipeline.Modeling.Optimization;

namespace Pipeline.Modeling.Tests.Reference;

/// <summary>A training step in fp64, by formulas written out.</summary>
internal static class ReferenceStep
{
    /// <summary>The mean of −log softmax(z)[label]; its derivative by z is (softmax(z) − onehot(label)) / texts.</summary>
    public static double LossAndGradients(ReferenceModel model, long[][] texts, long[][]? types, long[] labels)
    {
        double loss = 0;
        for (int row = 0; row < texts.Length; row++)
        {
            var logits = model.Forward(texts[row], types?[row]);
            double total = Enumerable.Range(0, logits.Columns).Sum(j => Math.Exp(logits.Data[0, j]));
            for (int j = 0; j < logits.Columns; j++)
            {
                double probability = Math.Exp(logits.Data[0, j]) / total;
                logits.Gradient[0, j] = (probability - (j == labels[row] ? 1 : 0)) / texts.Length;
                if (j == labels[row]) loss -= Math.Log(probability) / texts.Length;
            }
            model.Backward();
        }
        return loss;
    }

    /// <summary>The first step of Adam with decoupled weight decay: with m = (1 − β₁) g and v = (1 − β₂) g², corrected for their start at zero.</summary>
    public static void AdamW(ReferenceModel model, AdamWOptions o, double maxNorm, Func<string, bool> decays)
    {
        double norm = Math.Sqrt(model.Weights.Values.Sum(w => w.Gradient.Cast<double>().Sum(g => g * g)));
        double clip = Math.Min(1, maxNorm / (norm + 1e-6));
        foreach (var (name, weight) in model.Weights)
        {
            for (int i = 0; i < weight.Rows; i++)
            {
                for (int j = 0; j < weight.Columns; j++)
                {
                    double g = clip * weight.Gradient[i, j];
                    double mean = (1 - o.Beta1) * g / (1 - o.Beta1), square = (1 - o.Beta2) * g * g / (1 - o.Beta2);
                    double decayed = weight.Data[i, j] * (1 - (decays(name) ? o.LearningRate * o.WeightDecay : 0));
                    weight.Data[i, j] = decayed - o.LearningRate * mean / (Math.Sqrt(square) + o.Epsilon);
                }
            }
        }
    }
}
