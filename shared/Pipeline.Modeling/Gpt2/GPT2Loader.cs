using Pipeline.Modeling.Pretrained;
using Pipeline.Modeling.Safetensors;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Gpt2;

/// <summary>Loads a GPT-2 checkpoint of any kind (base, language model, classifier) as a classifier.</summary>
internal static class GPT2Loader
{
    private const string Prefix = "transformer.";
    private const string Head = "score.weight";
    private const string TokenEmbedding = "transformer.wte.weight";

    public static GPT2ForSequenceClassification Load(string directory, PretrainedOptions options)
    {
        var saved = GPT2Config.Load(Path.Combine(directory, "config.json"));
        using var source = Checkpoint.Open(directory);
        CheckSize(saved, source);
        var config = Configure(saved, options, source);
        var model = new GPT2ForSequenceClassification(config);
        try
        {
            foreach (var (name, parameter) in model.named_parameters()) Load(model, name, parameter, source, options);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Before anything is allocated: a configuration that asks for more than the files hold would only exhaust the memory.</summary>
    private static void CheckSize(GPT2Config config, ITensorSource source)
    {
        long width = config.NEmbd, inner = config.InnerWidth;
        long block = 4 * width * width + 2 * width * inner + 9 * width + inner;
        long needed = (config.VocabSize + config.NPositions + 2L) * width + config.NLayer * block;
        long stored = source.Tensors.Values.Sum(t => t.Shape.Aggregate(1L, (product, dimension) => product * dimension));
        if (stored < needed) throw new InvalidDataException($"config.json describes a transformer of {needed:N0} weights, but the checkpoint holds {stored:N0}: they do not belong together, or a tensor is missing.");
    }

    private static GPT2Config Configure(GPT2Config saved, PretrainedOptions options, ITensorSource source)
    {
        var config = saved with
        {
            VocabSize = options.VocabularySize ?? saved.VocabSize,
            PadTokenId = options.PadTokenId ?? saved.PadTokenId,
            ResidPdrop = options.Dropout ?? saved.ResidPdrop,
            EmbdPdrop = options.Dropout ?? saved.EmbdPdrop,
            AttnPdrop = options.Dropout ?? saved.AttnPdrop,
        };
        return config.WithLabels(options.Labels ?? (saved.Labels.Count > 0 ? saved.Labels : UnnamedLabels(source)));
    }

    /// <summary>transformers' names for the labels of a head that came without.</summary>
    private static List<string> UnnamedLabels(ITensorSource source)
    {
        if (!source.Tensors.TryGetValue(Head, out var head)) throw new InvalidDataException("The checkpoint has no classification head and config.json no id2label: give PretrainedOptions.Labels.");
        if (head.Shape is not [> 0, > 0]) throw new InvalidDataException($"The checkpoint's {Head} is [{string.Join(", ", head.Shape)}]; it must be [labels, width].");
        return [.. Enumerable.Range(0, checked((int)head.Shape[0])).Select(i => $"LABEL_{i}")];
    }

    private static void Load(GPT2ForSequenceClassification model, string name, Tensor parameter, ITensorSource source, PretrainedOptions options)
    {
        string? stored = FindStored(name, source);
        if (name == Head && (stored is null || !source.Tensors[stored].Shape.SequenceEqual(parameter.shape)))
        {
            if (stored is not null && options.Labels is null) throw new InvalidDataException($"The checkpoint's {Head} is [{string.Join(", ", source.Tensors[stored].Shape)}], but config.json names {model.Labels.Count} labels.");
            using var generator = new Generator((ulong)options.Seed);
            GPT2Initialization.InitializeHead(model, generator);
        }
        else if (stored is null)
        {
            throw new InvalidDataException($"The checkpoint has no tensor '{name}', with or without the prefix '{Prefix}'.");
        }
        else if (name == TokenEmbedding && options.VocabularySize is not null)
        {
            ResizedEmbedding.Copy(source, stored, parameter);
        }
        else
        {
            source.CopyTo(stored, parameter);
        }
    }

    /// <summary>The original <c>gpt2</c> checkpoint has the transformer's tensors without a prefix.</summary>
    private static string? FindStored(string name, ITensorSource source)
    {
        if (source.Tensors.ContainsKey(name)) return name;
        return name.StartsWith(Prefix, StringComparison.Ordinal) && source.Tensors.ContainsKey(name[Prefix.Length..]) ? name[Prefix.Length..] : null;
    }
}
