namespace Pipeline.Modeling.Encoders;

/// <summary>What an encoder's embeddings need of a family's configuration.</summary>
/// <param name="Vocabulary">Rows of the token embedding.</param>
/// <param name="Positions">Rows of the position embedding.</param>
/// <param name="TokenTypes">Rows of the token type embedding; 0 for a family without one.</param>
/// <param name="Width">Of the hidden states.</param>
/// <param name="NormEpsilon">Added to the variance in the norm.</param>
/// <param name="Dropout">0 to 1.</param>
internal sealed record EncoderSizes(long Vocabulary, long Positions, long TokenTypes, long Width, double NormEpsilon, double Dropout);
