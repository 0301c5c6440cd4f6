using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Core.Tokenization;
using Pipeline.Functions.Serving;
using Pipeline.Functions.Telemetry;

namespace Pipeline.Benchmarks.Serving;

/// <summary>What serving does with texts, without HTTP: tokenizer, queue and graph.</summary>
internal sealed class InProcessClassifier : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly OnnxTextClassifier _classifier;

    public InProcessClassifier(string graph, ITextTokenizer tokenizer, int labels, int threads)
    {
        var (limits, meter) = (new ServingOptions(), new ServingMeter(_services.GetRequiredService<IMeterFactory>(), TimeProvider.System));
        _classifier = new OnnxTextClassifier(OnnxModel.Load(graph, labels, threads), tokenizer, 512, limits.MaxBatchTokens, limits.MaxQueuedTokens, meter.Of("benchmark"));
    }

    /// <summary>Of each text the logit of each label.</summary>
    public float[][] Logits(IReadOnlyList<string> texts) =>
        _classifier.LogitsAsync([.. texts.Select(t => new TextInput(t))], TruncationSide.End, CancellationToken.None).GetAwaiter().GetResult();

    public void Dispose()
    {
        _classifier.Dispose();
        _services.Dispose();
    }
}
