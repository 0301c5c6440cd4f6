namespace Pipeline.Modeling.Decoders;

/// <summary>What a decoder's modules outside attention need of a family's configuration.</summary>
/// <param name="Vocabulary">Rows of the token embedding.</param>
/// <param name="Positions">Rows of the position embedding.</param>
/// <param name="Width">Of the hidden states.</param>
/// <param name="NormEpsilon">Added to the variance in layer norms.</param>
/// <param name="EmbeddingDropout">0 to 1.</param>
/// <param name="ResidualDropout">Of what a block adds, 0 to 1.</param>
internal sealed record DecoderSizes(long Vocabulary, long Positions, long Width, double NormEpsilon, double EmbeddingDropout, double ResidualDropout);
