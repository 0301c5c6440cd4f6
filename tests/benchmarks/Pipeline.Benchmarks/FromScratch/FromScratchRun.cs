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
    /// <param name="splits">The dataset.</param>
    public FromScratchRun(LabelledSplits splits)
    {
        var trainer = new ByteLevelBpeTrainer();
        foreach (var row in splits.Train)
            trainer.Add(row.Text);

        var tokenizer = new ByteLevelBpeTokenizer(trainer.Train(new RunOptions().VocabularySize));
        var idOfLabel = splits.Labels.Index().ToDictionary(l => l.Item, l => l.Index);
        Data = new TrainingData(
            Examples(splits.Train), Examples(splits.Validation), Examples(splits.Test), splits.Labels, ProblemType.SingleLabelClassification, HasPairs: false, tokenizer);

        Example[] Examples(IReadOnlyList<LabelledRow> rows) => [.. rows.Select(r => new Example(tokenizer.Encode(r.Text), null, [idOfLabel[r.Label]]))];
    }

    /// <summary>The rows in tokens.</summary>
    public TrainingData Data { get; }

    /// <summary>Fits the linear model.</summary>
    public RunFigures Linear()
    {
        var before = Environment.CpuUsage.TotalTime;
        var linear = LinearBaseline.Fit(Data.Texts(Data.Train), Data.Texts(Data.Validation), Data.Labels, Data.Problem);
        var seconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        return new RunFigures(linear.Evaluate(Data.Texts(Data.Validation)).Accuracy, linear.Evaluate(Data.Texts(Data.Test)).Accuracy, seconds);
    }

    /// <summary>Trains from scratch under the default options.</summary>
    /// <param name="seed">Of the weights, the order of the data and dropout; the splits and the vocabulary stay.</param>
    /// <param name="changes">What the trainer's choice is overruled in, by the names of <c>training_args.json</c>, such as <c>dropout</c>.</param>
    /// <param name="observer">Is told how it goes.</param>
    /// <exception cref="ArgumentException">There is no argument of such a name.</exception>
    public RunFigures Train(int seed, IReadOnlyDictionary<string, string> changes, ITrainingObserver observer)
    {
        var before = Environment.CpuUsage.TotalTime;
        using var loop = Fit(seed, changes, observer, out var arguments);
        var seconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        return new RunFigures(Accuracy(Data.Validation), Accuracy(Data.Test), seconds);

        double Accuracy(IReadOnlyList<Example> split) =>
            ((ClassificationMetrics)new Evaluator(Data, split, Data.Inputs(arguments.MaxLength)).Evaluate(loop.Tensors.Model, CancellationToken.None)).Accuracy;
    }

    /// <summary>The same, with the model for the caller, who disposes it with its loop.</summary>
    public TrainingLoop Fit(int seed, IReadOnlyDictionary<string, string> changes, ITrainingObserver observer, out TrainingArguments arguments)
    {
        var template = Data.Tokenizer.Template;
        arguments = Change(changes, TrainingArgumentsFactory.Create(
            new RunOptions { Seed = seed }, [.. Data.Train.Select(e => InputBuilder.WholeLength(template, e))], baseModel: null, Data.Problem));
        var teacher = arguments.TeacherWeight > 0 ? LinearTeacher.Fit(Data, seed, CancellationToken.None) : null;
        var loop = new TrainingLoop(ModelFactory.FromScratch(arguments, Data), Data, arguments, observer, teacher);
        loop.Run(_ => { }, CancellationToken.None);
        return loop;
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
