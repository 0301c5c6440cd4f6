namespace Pipeline.Modeling.Pretrained;

/// <summary>Naming the labels of a configuration.</summary>
public static class ConfigLabels
{
    /// <summary>The same configuration with these labels, in the order of the logits.</summary>
    /// <exception cref="ArgumentException">A label occurs twice.</exception>
    public static TConfig WithLabels<TConfig>(this TConfig config, IReadOnlyList<string> labels) where TConfig : PretrainedConfig => (TConfig)((PretrainedConfig)config with
    {
        Id2Label = labels.Index().ToDictionary(e => e.Index, e => e.Item),
        Label2Id = labels.Index().ToDictionary(e => e.Item, e => e.Index),
    });
}
