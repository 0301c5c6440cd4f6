using Pipeline.Core;
using Pipeline.Core.Runs;

namespace Pipeline.Trainer.Training;

/// <summary>Values for what the user left open, each with its reason.</summary>
internal sealed record Defaults(
    (int Value, string Reason) Epochs,
    (int Value, string Reason) BatchSize,
    (double Value, string Reason) LearningRate,
    (double Value, string Reason) Dropout,
    (double Value, string Reason) WordDropout,
    (double Value, string Reason) RandomWindow,
    (double Value, string Reason) EmaDecay,
    (double Value, string Reason) TeacherWeight,
    (double Value, string Reason) PrefixWeight)
{
    // From so many examples on, each word is met often enough to be left out more often, and a single label counts for less.
    private const int ManyExamples = 30_000;

    // Below, the models that judge a text without having seen it have seen too little themselves.
    private const int FewestTaught = 50;

    /// <summary>A small GPT-2 that starts from random weights.</summary>
    /// <param name="examples">Size of the training split.</param>
    /// <param name="tokens">Of its inputs together.</param>
    /// <param name="problem">Whether an example has one label or any number.</param>
    public static Defaults FromScratch(int examples, long tokens, ProblemType problem) =>
        DefaultPasses.AreLong(examples, tokens) ? OfLongTexts(DefaultPasses.FromScratch(examples, tokens, problem)) : OfShortTexts(examples, tokens, problem);

    // Answering after every token costs as much again as all else where texts are long, and the teacher judges each text anew.
    private static Defaults OfLongTexts(DefaultPasses passes)
    {
        const string Untaught = "0: long texts are learned from their labels alone, at half the cost";
        return new Defaults(
            passes.Epochs,
            passes.BatchSize,
            (1e-3, "1e-3: a small model from random weights bears a high rate"),
            (0.2, "0.2: a small dataset is seen many times over, and is soon known by heart without it"),
            (0.2, "0.2: keeps the model from leaning on single words"),
            (0.5, "0.5: half the time another part of a long text, which is new text to learn from"),
            (0.99, "0.99: the average over some hundred steps is steadier than the last weights"),
            (0, Untaught),
            (0, Untaught));
    }

    private static Defaults OfShortTexts(int examples, long tokens, ProblemType problem)
    {
        var passes = DefaultPasses.FromScratch(examples, tokens, problem);
        var hasMany = examples >= ManyExamples;
        var isTaught = examples >= FewestTaught && problem is (ProblemType.SingleLabelClassification or ProblemType.MultiLabelClassification);
        return new Defaults(
            passes.Epochs,
            passes.BatchSize,
            (2e-3, "2e-3: a small model from random weights bears a high rate"),
            (0.3, "0.3: a small dataset is seen many times over, and is soon known by heart without it"),
            hasMany ? (0.4, "0.4: with many examples the model can learn each of them from less") : (0.2, "0.2: keeps the model from leaning on single words"),
            (0.5, "0.5: half the time another part of a long text, which is new text to learn from"),
            (0.99, "0.99: the average over some hundred steps is steadier than the last weights"),
            isTaught && hasMany ? (0.85, "0.85: with many examples a linear model that has not seen a text tells nearly all that its label does")
                : isTaught ? (0.7, "0.7: a linear model that has not seen a text tells more of it than its label") : (0, "0: there are too few examples for a linear model to teach, or no labels"),
            isTaught ? (0.5, "0.5: each beginning of a text is an example of its own") : (0, "0: there is no teacher"));
    }
}
