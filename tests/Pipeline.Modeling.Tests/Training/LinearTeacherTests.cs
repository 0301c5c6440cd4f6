using Pipeline.Core;
using Pipeline.Core.Tokenization;
using Pipeline.Trainer.Data;

namespace Pipeline.Modeling.Tests.Training;

public sealed class LinearTeacherTests
{
    private const int Rows = 80;
    private static readonly ByteLevelBpeTokenizer Tokenizer = Learned();

    [Fact]
    public void It_has_not_seen_the_text_that_it_judges()
    {
        // The text says nothing, but each has words of its own, by which a model that had seen it would know its label.
        var data = Data(i => $"the {Word(i)} {Word(i + 500)} {Word(i + 900)}");
        var teacher = LinearTeacher.Fit(data, seed: 1, TestContext.Current.CancellationToken);

        Assert.All(Enumerable.Range(0, Rows), row => Assert.InRange(teacher.Probabilities(row, data.Train[row].InputIds)[row % 2], 0.2, 0.8));
    }

    [Fact]
    public void It_knows_what_other_texts_tell()
    {
        var data = Data(i => i % 2 == 0 ? $"good {Word(i)}" : $"bad {Word(i)}");
        var teacher = LinearTeacher.Fit(data, seed: 1, TestContext.Current.CancellationToken);

        Assert.All(Enumerable.Range(0, Rows), row => Assert.True(teacher.Probabilities(row, data.Train[row].InputIds)[row % 2] > 0.7));
    }

    [Fact]
    public void Blanked_tokens_are_not_read_and_those_beside_them_stay_two_words()
    {
        var data = Data(i => i % 2 == 0 ? $"good {Word(i)}" : $"bad {Word(i)}");
        var teacher = LinearTeacher.Fit(data, seed: 1, TestContext.Current.CancellationToken);
        int[] good = Tokenizer.Encode("good"), blank = [data.PadTokenId];

        var blanked = teacher.Probabilities(0, [.. blank, .. blank]);
        Assert.InRange(blanked[0], 0.4, 0.6);
        Assert.Equal(teacher.Probabilities(0, Tokenizer.Encode("good good")), teacher.Probabilities(0, [.. good, .. blank, .. good]));
    }

    [Fact]
    public void The_same_seed_gives_the_same_answers_bit_for_bit()
    {
        var data = Data(i => $"{(i % 2 == 0 ? "good" : "bad")} {Word(i % 7)} {Word(i % 5)}");

        Assert.Equal(Answers(seed: 3), Answers(seed: 3));
        Assert.NotEqual(Answers(seed: 3), Answers(seed: 4));

        float[] Answers(int seed)
        {
            var teacher = LinearTeacher.Fit(data, seed, TestContext.Current.CancellationToken);
            return [.. Enumerable.Range(0, Rows).SelectMany(row => teacher.Probabilities(row, data.Train[row].InputIds))];
        }
    }

    private static TrainingData Data(Func<int, string> text)
    {
        Example[] rows = [.. Enumerable.Range(0, Rows).Select(i => new Example(Tokenizer.Encode(text(i)), null, [i % 2]))];
        return new TrainingData(rows, rows, rows, ["even", "odd"], ProblemType.SingleLabelClassification, HasPairs: false, Tokenizer);
    }

    private static string Word(int i) => new([.. $"{i:D4}".Select(digit => (char)('a' + digit - '0'))]);

    private static ByteLevelBpeTokenizer Learned()
    {
        var trainer = new ByteLevelBpeTrainer();
        trainer.Add("good good bad bad the the");
        return new ByteLevelBpeTokenizer(trainer.Train(300));
    }
}
