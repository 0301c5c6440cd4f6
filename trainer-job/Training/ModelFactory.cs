using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Pretrained;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Jobs;

namespace Pipeline.Trainer.Training;

/// <summary>Makes the model that is trained: from a base model's folder, or a small one with random weights.</summary>
internal static class ModelFactory
{
    /// <summary>A small GPT-2: two blocks of width 128 and two heads, a million and a half parameters with a vocabulary of 8,000.</summary>
    public static GPT2ForSequenceClassification FromScratch(TrainingArguments arguments, TrainingData data) => new(
        new GPT2Config
        {
            VocabSize = data.Tokenizer.VocabularySize,
            NPositions = arguments.MaxLength,
            NEmbd = 128,
            NLayer = 2,
            NHead = 2,
            EmbdPdrop = arguments.Dropout,
            ResidPdrop = arguments.Dropout,
            // Dropping attention weights rules out the fused kernel and gains nothing beside the other two.
            AttnPdrop = 0,
            BosTokenId = data.EndOfTextTokenId,
            EosTokenId = data.EndOfTextTokenId,
            PadTokenId = data.PadTokenId,
            ProblemType = "single_label_classification",
        }.WithLabels(data.Labels),
        StepSeed.Of(arguments.Seed, StepSeed.Stream.Weights, 0));

    /// <summary>A base model with a new head for the dataset's labels.</summary>
    /// <exception cref="PermanentFailureException">The folder holds no usable GPT-2 checkpoint.</exception>
    public static GPT2ForSequenceClassification FromBaseModel(
        string folder, TrainingArguments arguments, TrainingData data)
    {
        try
        {
            var saved = GPT2Config.Load(Path.Combine(folder, "config.json"));
            return GPT2ForSequenceClassification.FromPretrained(folder, new PretrainedOptions
            {
                Labels = data.Labels,
                VocabularySize = Math.Max(saved.VocabSize, data.Tokenizer.VocabularySize),
                PadTokenId = data.PadTokenId,
                Dropout = arguments.Dropout,
                Seed = StepSeed.Of(arguments.Seed, StepSeed.Stream.Weights, 0),
            });
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or NotSupportedException)
        {
            throw BaseModel.Unusable(arguments.BaseModel!, e);
        }
    }
}
