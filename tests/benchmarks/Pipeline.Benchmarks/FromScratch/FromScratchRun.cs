using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Core;
using Pipeline.Core.Baselines;
using Pipeline.Core.Metrics;
using Pipeline.Core.Runs;
using Pipeline.Core.Tokenization;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Training;

namespace Pipeline.Benchmarks.FromScratch;

/// <summary>A dataset as ingest would leave it, and runs over it with the trainer's own code.</summary>
internal sealed class FromScratchRun
{
    private readonly TrainingData _data;

    /// <param name="splits">The dataset.</param>
    public FromScratchRun(LabelledSplits splits)
    {
        var trainer = new ByteLevelBpeTrainer();
        foreach (var row in splits.Train)
            trainer.Add(row.Text);

        var tokenizer = new ByteLevelBpeTokenizer(trainer.Train(new RunOptions().VocabularySize));
        var idOfLabel = splits.Labels.Index().ToDictionary(l => l.Item, l => l.Index);
        _data = new TrainingData(
            Examples(splits.Train), Examples(splits.Validation), Examples(splits.Test), splits.Labels, ProblemType.SingleLabelClassification, HasPairs: false, tokenizer);

        Example[] Examples(IReadOnlyList<LabelledRow> rows) => [.. rows.Select(r => new Example(tokenizer.Encode(r.Text), null, [idOfLabel[r.Label]]))];
    }

    /// <summary>Fits the linear model.</summary>
    public RunFigures Linear()
    {
        var before = Environment.CpuUsage.TotalTime;
        var linear = LinearBaseline.Fit(_data.Texts(_data.Train), _data.Texts(_data.Validation), _data.Labels, _data.Problem);
        var seconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        return new RunFigures(linear.Evaluate(_data.Texts(_data.Validation)).Accuracy, linear.Evaluate(_data.Texts(_data.Test)).Accuracy, seconds);
    }

    /// <summary>Trains from scratch under the default options.</summary>
    /// <param name="seed">Of the weights, the order of the data and dropout; the splits and the vocabulary stay.</param>
    /// <param name="changes">What the trainer's choice is overruled in, by the names of <c>training_args.json</c>, such as <c>dropout</c>.</param>
    /// <param name="observer">Is told how it goes.</param>
    /// <exception cref="ArgumentException">There is no argument of such a name.</exception>
    public RunFigures Train(int seed, IReadOnlyDictionary<string, string> changes, ITrainingObserver observer)
    {
        var before = Environment.CpuUsage.TotalTime;
        var template = _data.Tokenizer.Template;
        var arguments = Change(changes, TrainingArgumentsFactory.Create(
            new RunOptions { Seed = seed }, [.. _data.Train.Select(e => InputBuilder.WholeLength(template, e))], baseModel: null, _data.Problem));
        var teacher = arguments.TeacherWeight > 0 ? LinearTeacher.Fit(_data, seed, CancellationToken.None) : null;
        using var loop = new TrainingLoop(ModelFactory.FromScratch(arguments, _data), _data, arguments, observer, teacher);
        loop.Run(_ => { }, CancellationToken.None);
        var seconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        return new RunFigures(Accuracy(_data.Validation), Accuracy(_data.Test), seconds);

        double Accuracy(IReadOnlyList<Example> split) =>
            ((ClassificationMetrics)new Evaluator(_data, split, _data.Inputs(arguments.MaxLength)).Evaluate(loop.Tensors.Model, CancellationToken.None)).Accuracy;
    }

    private static TrainingArguments Change(IReadOnlyDictionary<string, string> changes, TrainingArguments arguments)
    {
        var json = JsonSerializer.SerializeToNode(arguments, PipelineJson.Indented)!.AsObject();
        foreach (var (name, value) in changes)
        {
            if (!json.ContainsKey(name))
                throw new ArgumentException($"There is no setting or argument '{name}'; the arguments are {string.Join(", ", json.Select(member => member.Key))}.", nameof(changes));
            json[name] = JsonNode.Parse(value);
        }

        return json.Deserialize<TrainingArguments>(PipelineJson.Indented)!;
    }
}

/// <summary>What a run gave.</summary>
/// <param name="Validation">Accuracy on the validation split, 0 to 1.</param>
/// <param name="Test">Accuracy on the test split, 0 to 1.</param>
/// <param name="Seconds">Of processor time, the choice of epochs or penalty included.</param>
internal sealed record RunFigures(double Validation, double Test, double Seconds);
