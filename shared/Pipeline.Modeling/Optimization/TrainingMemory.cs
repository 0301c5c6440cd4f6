namespace Pipeline.Modeling.Optimization;

/// <summary>What a model takes while <see cref="AdamW"/> trains it, beside what a forward pass keeps.</summary>
/// <param name="Parameters">Of the whole model.</param>
/// <param name="TrainedParameters">Those that require a gradient.</param>
/// <param name="WeightBytes">Of the whole model, each weight in its own type.</param>
/// <param name="GradientBytes">Of the trained parameters.</param>
/// <param name="OptimizerBytes">Both moments of the trained parameters.</param>
public sealed record TrainingMemory(long Parameters, long TrainedParameters, long WeightBytes, long GradientBytes, long OptimizerBytes)
{
    /// <summary>Adds up a model's parameters.</summary>
    public static TrainingMemory Of(SequenceClassifier model)
    {
        long parameters = 0, trained = 0, weights = 0, gradients = 0;
        foreach (var parameter in model.parameters())
        {
            var count = parameter.numel();
            parameters += count;
            weights += count * parameter.element_size();
            if (!parameter.requires_grad)
                continue;
            trained += count;
            gradients += count * parameter.element_size();
        }

        return new TrainingMemory(parameters, trained, weights, gradients, 2 * gradients);
    }
}
