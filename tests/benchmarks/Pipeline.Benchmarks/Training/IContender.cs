namespace Pipeline.Benchmarks.Training;

/// <summary>A way to train the same model on the same data.</summary>
internal interface IContender : IDisposable
{
    string Name { get; }

    /// <summary>Steps of a round. Where batches differ in length, a round needs more of them to be like another.</summary>
    int StepsPerRound { get; }

    /// <summary>Trains on; a batch a step.</summary>
    /// <returns>Examples trained on.</returns>
    int Train(int steps);
}
