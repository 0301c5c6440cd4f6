using System.Text.Json.Serialization;
using Pipeline.Modeling.Bert;
using Pipeline.Modeling.Pretrained;

namespace Pipeline.Modeling.Roberta;

/// <summary><c>config.json</c> of a RoBERTa checkpoint, with the names, meanings and defaults of Hugging Face's <c>RobertaConfig</c>.</summary>
public sealed record RobertaConfig : BertFamilyConfig
{
    /// <summary>The sizes of RoBERTa base, but for the 514 positions and the one token type that its own file has.</summary>
    public RobertaConfig() : base("roberta") => (VocabSize, PadTokenId, BosTokenId, EosTokenId) = (50_265, 1, 0, 2);

    /// <summary>Positions are rows from <see cref="PositionPaddingId"/> + 1 on, so the rows up to it are not for text.</summary>
    [JsonIgnore]
    public override int MaxPositions => MaxPositionEmbeddings - PositionPaddingId - 1;

    /// <summary>The padding token in the numbering of positions.</summary>
    [JsonIgnore]
    internal int PositionPaddingId => PadTokenId ?? 1;

    internal override string ClassName => nameof(RobertaForSequenceClassification);

    internal override RobertaConfig WithPadToken(int id) => id == PositionPaddingId ? this with { PadTokenId = id } : throw new InvalidDataException(
        $"RoBERTa counts positions from its padding token, {PositionPaddingId}: with {id} in its place every position would be another.");

    internal override void Check()
    {
        CheckFamily("roberta");
        ConfigCheck.Require(MaxPositions > 0, "max_position_embeddings", MaxPositionEmbeddings, $"above pad_token_id + 1 ({PositionPaddingId + 1})");
    }
}
