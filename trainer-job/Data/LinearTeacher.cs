using System.Numerics.Tensors;
using Pipeline.Core;
using Pipeline.Core.Baselines;

namespace Pipeline.Trainer.Data;

/// <summary>
/// Tells what the linear model makes of the training texts, so that a model from random weights can learn from more than one
/// right label a text (Hinton et al. 2015; for texts that are varied on the way, Tang et al. 2019). A text is judged by a
/// model that was fitted without it, because one that knows it by heart would only repeat its label.
/// </summary>
internal sealed class LinearTeacher
{
    // More parts make better models, each of which sees more of the data, and take longer.
    private const int MostParts = 4;
    private const int FewRows = 30_000;

    private readonly TrainingData _data;
    private readonly LinearBaseline[] _withoutPart;
    private readonly int[] _partOf;

    private LinearTeacher(TrainingData data, LinearBaseline[] withoutPart, int[] partOf) => (_data, _withoutPart, _partOf) = (data, withoutPart, partOf);

    /// <summary>Fits the models.</summary>
    /// <param name="data">Only the training split is used.</param>
    /// <param name="seed">Of the parts that the split is cut into.</param>
    /// <param name="stop">Ends the fit between two steps of the solver.</param>
    public static LinearTeacher Fit(TrainingData data, int seed, CancellationToken stop)
    {
        var texts = data.Texts(data.Train);
        var parts = texts.Count > FewRows ? 2 : MostParts;
        int[] partOf = [.. Enumerable.Range(0, texts.Count).Select(i => i % parts)];
        new Random(StepSeed.Of(seed, StepSeed.Stream.Parts, 0)).Shuffle(partOf);
        // The penalty that is best for the first part serves for the others.
        var first = LinearBaseline.Fit(Others(0), Part(0), data.Labels, data.Problem, stop);
        return new LinearTeacher(
            data, [first, .. Enumerable.Range(1, parts - 1).Select(part => LinearBaseline.Fit(Others(part), data.Labels, data.Problem, first.C, stop))], partOf);

        LabelledText[] Part(int part) => [.. texts.Where((_, i) => partOf[i] == part)];

        LabelledText[] Others(int part) => [.. texts.Where((_, i) => partOf[i] != part)];
    }

    /// <summary>The probability of each label for an example as training reads it.</summary>
    /// <param name="row">The example's place in the training split.</param>
    /// <param name="inputIds">Its tokens, of which some may be left out or blanked.</param>
    public float[] Probabilities(int row, int[] inputIds)
    {
        var scores = _withoutPart[_partOf[row]].Scores(string.Join(' ', Pieces(inputIds)));
        if (_data.Problem == ProblemType.MultiLabelClassification)
            TensorPrimitives.Sigmoid(scores, scores);
        else
            TensorPrimitives.SoftMax(scores, scores);
        return scores;
    }

    // What stands between blanks and separators, so that no word is made of two.
    private IEnumerable<string> Pieces(int[] ids)
    {
        for (var start = 0; start < ids.Length; start++)
        {
            var end = start;
            while (end < ids.Length && ids[end] != _data.PadTokenId && ids[end] != _data.Tokenizer.Template.SeparatorTokenId)
                end++;
            if (end > start)
                yield return _data.Tokenizer.Decode(ids.AsSpan(start, end - start));
            start = end;
        }
    }
}
