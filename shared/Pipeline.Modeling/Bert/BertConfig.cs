namespace Pipeline.Modeling.Bert;

/// <summary><c>config.json</c> of a BERT checkpoint, with the names, meanings and defaults of Hugging Face's <c>BertConfig</c>.</summary>
public sealed record BertConfig : BertFamilyConfig
{
    /// <summary>The sizes of BERT base.</summary>
    public BertConfig() : base("bert") => (VocabSize, PadTokenId) = (30_522, 0);

    internal override string ClassName => nameof(BertForSequenceClassification);

    internal override void Check() => CheckFamily("bert");
}
