namespace Pipeline.Core.Datasets.Reading;

/// <summary>The names that files, folders and properties with a split have.</summary>
public static class SplitNames
{
    /// <summary>The split that a name stands for, without regard to case; null if none.</summary>
    public static Split? Find(string name) => name.ToLowerInvariant() switch
    {
        "train" or "training" => Split.Train,
        "validation" or "valid" or "val" or "dev" => Split.Validation,
        "test" or "testing" => Split.Test,
        _ => null,
    };
}
