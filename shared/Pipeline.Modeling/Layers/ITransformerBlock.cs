namespace Pipeline.Modeling.Layers;

/// <summary>What is to be known of a block to count its work.</summary>
internal interface ITransformerBlock
{
    /// <summary>The projections of the block's input to queries, keys and values, each of the three a third of their outputs.</summary>
    IReadOnlyList<Projection> QueryKeyValue { get; }

    /// <summary>How many tokens a token attends to, at most.</summary>
    long Window { get; }
}
