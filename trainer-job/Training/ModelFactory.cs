using Pipeline.Core;
using Pipeline.Core.Costs;
using Pipeline.Modeling;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Lora;
using Pipeline.Modeling.Pretrained;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Jobs;

namespace Pipeline.Trainer.Training;

/// <summary>Makes the model that is trained: from a base model's folder, or a small one with random weights.</summary>
internal static class ModelFactory
{
    /// <summary>A small GPT-2: two blocks of width 128 and two heads, a million and a half parameters with a vocabulary of 8,000.</summary>
    public static SequenceClassifier FromScratch(TrainingArguments arguments, TrainingData data)
    {
        var model = Gpt2(arguments, data);
        // Where most labels are rare, lowering all their scores would else be most of what the first epochs learn (Lin et al. 2017, § 4.1).
        if (data.Problem == ProblemType.MultiLabelClassification)
            model.StartFrom(LogOdds(data));
        return model;
    }

    private static GPT2ForSequenceClassification Gpt2(TrainingArguments arguments, TrainingData data) => new(
        new GPT2Config
        {
            VocabSize = data.Tokenizer.VocabularySize,
            NPositions = arguments.MaxLength,
            NEmbd = ModelShape.FromScratch.Width,
            NLayer = ModelShape.FromScratch.Blocks,
            NHead = 2,
            EmbdPdrop = arguments.Dropout,
            ResidPdrop = arguments.Dropout,
            // Dropping attention weights rules out the fused kernel and gains nothing beside the other two.
            AttnPdrop = 0,
            BosTokenId = data.Tokenizer.Template.SeparatorTokenId,
            EosTokenId = data.Tokenizer.Template.SeparatorTokenId,
            PadTokenId = data.PadTokenId,
            ProblemType = data.Problem.Name(),
        }.WithLabels(data.Labels),
        StepSeed.Of(arguments.Seed, StepSeed.Stream.Weights, 0));

    // Of a label in a training text; half an example more of each kind keeps it finite.
    private static double[] LogOdds(TrainingData data)
    {
        var counts = new int[data.Labels.Count];
        foreach (var label in data.Train.SelectMany(example => example.Labels))
            counts[label]++;
        return [.. counts.Select(count => Math.Log((count + 0.5) / (data.Train.Count - count + 0.5)))];
    }

    /// <summary>A base model with a new head for the dataset's labels, frozen as far as the arguments ask for.</summary>
    /// <returns>The model, and its LoRA adapters if it has any.</returns>
    /// <exception cref="PermanentFailureException">The folder holds no usable checkpoint, or the arguments do not fit it.</exception>
    public static (SequenceClassifier Model, LoraModel? Lora) FromBaseModel(string folder, TrainingArguments arguments, TrainingData data)
    {
        var seed = StepSeed.Of(arguments.Seed, StepSeed.Stream.Weights, 0);
        SequenceClassifier model;
        try
        {
            var saved = PretrainedConfig.Load(Path.Combine(folder, "config.json"));
            model = AutoModelForSequenceClassification.FromPretrained(folder, new PretrainedOptions
            {
                Labels = data.Labels,
                VocabularySize = Math.Max(saved.VocabSize, data.Tokenizer.VocabularySize),
                PadTokenId = data.PadTokenId,
                ProblemType = data.Problem.Name(),
                Dropout = arguments.Dropout,
                Seed = seed,
            });
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or NotSupportedException)
        {
            throw BaseModel.Unusable(arguments.BaseModel!, e);
        }

        try
        {
            if (arguments.FreezeLayers > 0)
                model.FreezeLayers(arguments.FreezeLayers);
            if (arguments.Lora is not { } config)
                return (model, null);
            var lora = LoraModel.Attach(model, config, seed);
            lora.HoldFrozenWeightsAs(arguments.BaseModelDtype == "bfloat16" ? TorchSharp.torch.bfloat16 : TorchSharp.torch.float32);
            return (model, lora);
        }
        catch (ArgumentException e)
        {
            model.Dispose();
            throw new PermanentFailureException(
                "bad-options", $"The options do not fit the base model '{arguments.BaseModel}': {e.Message}", "Change the options, then upload the dataset again.", e);
        }
    }
}
