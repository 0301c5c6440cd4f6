using Pipeline.Modeling.Gpt2;
using Pipeline.Trainer.Data;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Benchmarks.Training;

/// <summary>
/// A plain TorchSharp loop: shuffled batches, fp32, <c>torch.optim.AdamW</c>, clipping by <c>clip_grad_norm_</c>. It pads each
/// batch to the longest row of the dataset, as the tutorial does, or to the longest row of the batch.
/// </summary>
internal sealed class PlainLoop : IContender
{
    private readonly PlainGpt2 _model;
    private readonly optim.Optimizer _optimizer;
    private readonly TrainingData _data;
    private readonly int _batchSize;
    private readonly int? _paddedTo;
    private readonly Random _random = new(7);
    private Queue<int> _order = new();

    /// <param name="config">The model's sizes.</param>
    /// <param name="data">The texts.</param>
    /// <param name="batchSize">Examples of a step.</param>
    /// <param name="paddedTo">Tokens of every row; null: those of the longest in the batch.</param>
    public PlainLoop(GPT2Config config, TrainingData data, int batchSize, int? paddedTo)
    {
        (_data, _batchSize, _paddedTo) = (data, batchSize, paddedTo);
        _model = new PlainGpt2(config);
        _model.train();
        _optimizer = optim.AdamW(_model.parameters(), lr: 5e-5, weight_decay: 0.01);
    }

    public string Name => _paddedTo is null ? "plain, padded to the batch's longest" : "plain, padded to the dataset's longest";

    public int StepsPerRound => _paddedTo is null ? 8 : 3;

    public int Train(int steps)
    {
        var trained = 0;
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var rows = Next();
            var sequence = _paddedTo ?? rows.Max(row => row.InputIds.Length);
            long[] ids = [.. rows.SelectMany(row => row.InputIds.Select(id => (long)id).Concat(Enumerable.Repeat((long)_data.PadTokenId, sequence - row.InputIds.Length)))];
            var last = tensor(rows.Select(row => row.InputIds.Length - 1L).ToArray());
            var labels = tensor(rows.Select(row => (long)row.Labels[0]).ToArray());

            _optimizer.zero_grad();
            var loss = F.cross_entropy(_model.forward(tensor(ids, [rows.Length, sequence]), last), labels);
            loss.backward();
            nn.utils.clip_grad_norm_(_model.parameters(), 1.0);
            _optimizer.step();
            trained += rows.Length;
        }

        return trained;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _model.Dispose();
    }

    private Example[] Next()
    {
        if (_order.Count < _batchSize)
        {
            int[] order = [.. Enumerable.Range(0, _data.Train.Count)];
            _random.Shuffle(order);
            _order = new Queue<int>(order);
        }

        return [.. Enumerable.Range(0, _batchSize).Select(_ => _data.Train[_order.Dequeue()])];
    }
}
