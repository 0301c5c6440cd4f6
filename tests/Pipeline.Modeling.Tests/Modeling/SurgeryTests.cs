using Pipeline.Modeling.Optimization;
using Pipeline.Modeling.Pretrained;
using TorchSharp;
using static TorchSharp.torch;
using AdamW = Pipeline.Modeling.Optimization.AdamW;

namespace Pipeline.Modeling.Tests;

/// <summary>What may be changed while a checkpoint is loaded.</summary>
public sealed class SurgeryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory, MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void A_larger_vocabulary_gets_rows_at_the_mean_of_the_old_ones(string family)
    {
        var (model, loaded) = SaveAndLoad(family, new PretrainedOptions { VocabularySize = 23, PadTokenId = family == "roberta" ? 1 : 22 });
        Assert.Equal(23, loaded.Config.VocabSize);
        var (old, resized) = (Table(model, m => m.TokenEmbedding), Table(loaded, m => m.TokenEmbedding));
        Assert.True(old.Equals(resized.narrow(0, 0, 20)));
        for (int row = 20; row < 23; row++) Assert.True(resized[row].allclose(old.mean([0]), atol: 1e-6));
        Assert.Equal([1, 3], loaded.forward(tensor(new long[] { 22 }).unsqueeze(0), ones(1, 1, int64)).shape);
    }

    [Theory, MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void A_longer_position_table_repeats_the_old_one_and_short_texts_keep_their_logits(string family)
    {
        var (model, loaded) = SaveAndLoad(family, new PretrainedOptions { MaxPositions = 30 });
        Assert.Equal(30, loaded.MaxPositions);
        var (old, longer) = (Table(model, m => m.PositionEmbedding), Table(loaded, m => m.PositionEmbedding));
        long first = old.shape[0] - 12; // RoBERTa's two rows before the positions
        for (int position = 0; position < 30; position++) Assert.True(longer[first + position].Equals(old[first + position % 12]), $"{position}");
        var ids = arange(2, 14, int64).unsqueeze(0);
        Assert.True(model.forward(ids, ones_like(ids)).allclose(loaded.forward(ids, ones_like(ids)), atol: 1e-6));
        Assert.Equal([1, 3], loaded.forward(ids.repeat(1, 3).narrow(1, 0, 30), ones(1, 30, int64)).shape);
    }

    [Theory, MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void A_shorter_position_table_is_the_beginning_of_the_old_one(string family)
    {
        var (model, loaded) = SaveAndLoad(family, new PretrainedOptions { MaxPositions = 5 });
        Assert.Equal(5, loaded.MaxPositions);
        var (old, shorter) = (Table(model, m => m.PositionEmbedding), Table(loaded, m => m.PositionEmbedding));
        Assert.True(old.narrow(0, 0, shorter.shape[0]).Equals(shorter));
        Assert.Throws<ArgumentException>(() => loaded.forward(ones(1, 6, int64), ones(1, 6, int64)));
        loaded.SavePretrained(_folder.Path);
        Assert.Equal(5, AutoModelForSequenceClassification.FromPretrained(_folder.Path).MaxPositions);
    }

    [Theory, MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void Dropout_of_every_kind_is_set_at_once(string family)
    {
        var (_, loaded) = SaveAndLoad(family, new PretrainedOptions { Dropout = 0.5 });
        loaded.train();
        var ids = SeveralTexts();
        Assert.False(loaded.forward(ids, ones_like(ids)).Equals(loaded.forward(ids, ones_like(ids))));
        loaded.eval();
        Assert.True(loaded.forward(ids, ones_like(ids)).Equals(loaded.forward(ids, ones_like(ids))));
    }

    [Theory, MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void Frozen_layers_get_no_gradient_no_optimizer_state_and_stay_as_they_are(string family)
    {
        var model = TinyModels.Create(family);
        model.FreezeLayers(1);
        var before = model.state_dict().ToDictionary(t => t.Key, t => t.Value.clone());
        using var optimizer = new AdamW(model.named_parameters(), new AdamWOptions { WeightDecay = 0.5 });
        var ids = SeveralTexts();
        model.forward(ids, ones_like(ids)).square().sum().backward();
        bool IsFrozen(string name) => name.Contains("embedding", StringComparison.Ordinal) || name.Contains(".wte.", StringComparison.Ordinal) || name.Contains(".wpe.", StringComparison.Ordinal)
            || name.Contains(".h.0.", StringComparison.Ordinal) || name.Contains("layer.0.", StringComparison.Ordinal);
        foreach (var (name, parameter) in model.named_parameters()) Assert.Equal(IsFrozen(name), parameter.grad is null);
        optimizer.Step();
        Assert.DoesNotContain(optimizer.State().Keys, IsFrozen);
        // Of what is trained, a matrix surely moves; a key's bias, say, has no effect and a gradient of zero.
        foreach (var (name, parameter) in model.named_parameters().Where(p => p.parameter.dim() > 1)) Assert.Equal(IsFrozen(name), before[name].Equals(parameter));
    }

    [Fact]
    public void RoBERTa_keeps_its_padding_token_because_its_positions_are_counted_from_it()
    {
        var error = Assert.Throws<InvalidDataException>(() => SaveAndLoad("roberta", new PretrainedOptions { PadTokenId = 2 }));
        Assert.Contains("positions", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_layers_than_there_are_cannot_be_frozen()
    {
        var model = TinyModels.Create("bert");
        Assert.Throws<ArgumentOutOfRangeException>(() => model.FreezeLayers(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.FreezeLayers(-1));
    }

    private (SequenceClassifier Saved, SequenceClassifier Loaded) SaveAndLoad(string family, PretrainedOptions options)
    {
        var model = TinyModels.Create(family);
        model.eval();
        model.SavePretrained(_folder.Path);
        var loaded = AutoModelForSequenceClassification.FromPretrained(_folder.Path, options);
        loaded.eval();
        return (model, loaded);
    }

    // Several, because one text may find all of DistilBERT's ReLUs closed, and then nothing below them shows.
    private static Tensor SeveralTexts() => arange(48, int64).view(4, 12) * 7 % 18 + 2;

    private static Tensor Table(SequenceClassifier model, Func<CheckpointNames, string> name) => model.state_dict()[model.Names.Prefix + name(model.Names)];
}
