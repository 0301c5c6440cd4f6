namespace Pipeline.Core.Baselines;

/// <summary>A linear model that scores each label.</summary>
internal interface ILinearClassifier
{
    /// <summary>The score of each label, before softmax or sigmoid.</summary>
    float[] Scores(SparseVector example);
}
