using Azure.Storage.Blobs;
using Pipeline.Core.Storage;
using Pipeline.Core.Tokenization;
using Pipeline.Modeling.Bert;
using Pipeline.Modeling.Pretrained;

namespace Pipeline.IntegrationTests.Training;

/// <summary>A base model: a BERT of random weights, with the words of <see cref="SeededRun"/> as its vocabulary.</summary>
internal static class TinyBert
{
    public const string Name = "tiny-bert";

    /// <summary>Puts the model's folder into <c>base-models</c>.</summary>
    /// <param name="storage">The account.</param>
    /// <param name="cancellationToken">Stops the upload.</param>
    /// <param name="name">The folder's name.</param>
    /// <param name="words">Words of the vocabulary besides the usual ones.</param>
    /// <returns>Its tokenizer, as ingest would read it from there.</returns>
    public static async Task<ITextTokenizer> UploadAsync(
        BlobServiceClient storage, CancellationToken cancellationToken, string name = Name, params IEnumerable<string> words)
    {
        ITextTokenizer? tokenizer = null;
        await HuggingFaceFolder.UploadAsync(
            storage.GetBlobContainerClient(BlobLayout.BaseModels),
            name + "/",
            folder =>
            {
                string[] vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. SeededRun.Words, .. words];
                File.WriteAllLines(Path.Combine(folder, "vocab.txt"), vocabulary);
                AutoModelForSequenceClassification.FromConfig(
                    new BertConfig
                    {
                        VocabSize = vocabulary.Length, MaxPositionEmbeddings = 40, HiddenSize = 32, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 64,
                        InitializerRange = 0.1,
                    }.WithLabels(["unused", "labels", "here"]),
                    seed: 7).SavePretrained(folder);
                tokenizer = HuggingFaceTokenizer.Load(folder);
            },
            cancellationToken);
        return tokenizer!;
    }
}
