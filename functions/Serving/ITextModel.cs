namespace Pipeline.Functions.Serving;

/// <summary>A model in memory, for one thread at a time.</summary>
internal interface ITextModel : IDisposable
{
    /// <summary>Runs the model.</summary>
    /// <param name="batch">The texts.</param>
    /// <returns>For each text one logit per label.</returns>
    float[][] Run(PaddedBatch batch);
}
