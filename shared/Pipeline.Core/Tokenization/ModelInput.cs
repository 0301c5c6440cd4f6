namespace Pipeline.Core.Tokenization;

/// <summary>What a model reads for one example: cut to its length, special tokens in place.</summary>
/// <param name="InputIds">Token ids.</param>
/// <param name="TokenTypeIds">One for each id: 0 in the first text, 1 in the second; null for families that have none.</param>
public sealed record ModelInput(int[] InputIds, int[]? TokenTypeIds);
