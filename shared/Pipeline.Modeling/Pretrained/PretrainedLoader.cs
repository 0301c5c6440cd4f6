using Pipeline.Modeling.Safetensors;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Pretrained;

/// <summary>Loads a checkpoint of any kind (base, language model, classifier) as a classifier.</summary>
internal static class PretrainedLoader
{
    public static SequenceClassifier Load(string directory, PretrainedOptions options, ModelFamily? expected)
    {
        var saved = ConfigFile.Load(Path.Combine(directory, "config.json"), expected);
        var family = ModelFamily.Named(saved.ModelType);
        using var source = Checkpoint.Open(directory);
        CheckSize(saved, source);
        var model = Create(family, Configure(saved, options, source, family), options.Dtype);
        try
        {
            using var generator = new Generator((ulong)options.Seed);
            foreach (var (name, parameter) in model.named_parameters()) Load(model, name, parameter, source, options, generator);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Before anything is allocated: a configuration that asks for more than the files hold would only exhaust the memory.</summary>
    private static void CheckSize(PretrainedConfig config, ITensorSource source)
    {
        decimal width = config.Width, inner = config.InnerWidth; // decimal, because these numbers are the file's and may be anything
        decimal needed = ((decimal)config.VocabSize + config.MaxPositions) * width + config.LayerCount * (4 * width * width + 2 * width * inner);
        long stored = source.Tensors.Values.Sum(t => t.Shape.Aggregate(1L, (product, dimension) => product * dimension));
        if (stored < needed) throw new InvalidDataException($"config.json describes a transformer of at least {needed:N0} weights, but the checkpoint holds {stored:N0}: they do not belong together, or a tensor is missing.");
    }

    private static SequenceClassifier Create(ModelFamily family, PretrainedConfig config, ScalarType dtype)
    {
        // Built in the type that is asked for, so that the model never stands in memory twice.
        using var type = new DefaultDtype(dtype);
        return family.Create(config);
    }

    private static PretrainedConfig Configure(PretrainedConfig saved, PretrainedOptions options, ITensorSource source, ModelFamily family)
    {
        var config = saved with
        {
            VocabSize = options.VocabularySize ?? saved.VocabSize,
            ProblemType = options.ProblemType ?? saved.ProblemType,
        };
        if (options.PadTokenId is { } pad) config = config.WithPadToken(pad);
        if (options.MaxPositions is { } positions) config = config.WithMaxPositions(positions);
        if (options.Dropout is { } dropout) config = config.WithDropout(dropout);
        return config.WithLabels(options.Labels ?? (saved.Labels.Count > 0 ? saved.Labels : UnnamedLabels(source, family.Names.Head)));
    }

    /// <summary>transformers' names for the labels of a head that came without.</summary>
    private static List<string> UnnamedLabels(ITensorSource source, string name)
    {
        if (!source.Tensors.TryGetValue(name, out var head)) throw new InvalidDataException("The checkpoint has no classification head and config.json no id2label: give PretrainedOptions.Labels.");
        if (head.Shape is not [> 0, > 0]) throw new InvalidDataException($"The checkpoint's {name} is [{string.Join(", ", head.Shape)}]; it must be [labels, width].");
        return [.. Enumerable.Range(0, checked((int)head.Shape[0])).Select(i => $"LABEL_{i}")];
    }

    private static void Load(SequenceClassifier model, string name, Tensor parameter, ITensorSource source, PretrainedOptions options, Generator generator)
    {
        var names = model.Names;
        string? stored = names.FindStored(name, source);
        if (names.IsHead(name) && stored is not null && !source.Tensors[stored].Shape.SequenceEqual(parameter.shape))
        {
            if (options.Labels is null) throw new InvalidDataException($"The checkpoint's {name} is [{string.Join(", ", source.Tensors[stored].Shape)}], but config.json names {model.Labels.Count} labels.");
            stored = null;
        }
        if (stored is null)
        {
            if (!names.MayBeNew(name)) throw new InvalidDataException($"The checkpoint has no tensor '{name}', with or without the prefix '{names.Prefix}'.");
            model.Initialize(name, parameter, generator);
        }
        else if (names.IsTokenEmbedding(name) && options.VocabularySize is not null)
        {
            ResizedTable.CopyTokens(source, stored, parameter);
        }
        else if (names.IsPositionEmbedding(name) && options.MaxPositions is not null)
        {
            ResizedTable.CopyPositions(source, stored, parameter, parameter.shape[0] - model.MaxPositions);
        }
        else
        {
            source.CopyTo(stored, parameter);
        }
    }
}
