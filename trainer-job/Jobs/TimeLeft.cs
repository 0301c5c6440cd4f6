namespace Pipeline.Trainer.Jobs;

/// <summary>Estimates when the training loop ends, from its recent steps and its evaluations so far.</summary>
internal sealed class TimeLeft
{
    // A minute at the usual heartbeat: long enough for batches of all lengths, short enough to follow a machine that slows down.
    private const int Window = 20;

    private readonly Queue<(int Steps, double Seconds)> _recent = [];
    private double _evaluationSeconds;
    private int _evaluations;

    /// <summary>Takes in the steps between two reports.</summary>
    public void AddSteps(int steps, double seconds)
    {
        _recent.Enqueue((steps, seconds));
        if (_recent.Count > Window)
            _recent.Dequeue();
    }

    /// <summary>Takes in an evaluation.</summary>
    public void AddEvaluation(double seconds)
    {
        _evaluationSeconds += seconds;
        _evaluations++;
    }

    /// <summary>Seconds for what is left; null before the first steps. Evaluations count from the first one on.</summary>
    public double? Estimate(int steps, int evaluations)
    {
        var done = _recent.Sum(r => r.Steps);
        if (done == 0)
            return null;
        var evaluation = _evaluations == 0 ? 0 : _evaluationSeconds / _evaluations;
        return steps * _recent.Sum(r => r.Seconds) / done + evaluations * evaluation;
    }
}
