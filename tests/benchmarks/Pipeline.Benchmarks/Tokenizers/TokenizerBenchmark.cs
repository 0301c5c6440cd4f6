using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;
using Pipeline.Core.Tokenization;

namespace Pipeline.Benchmarks.Tokenizers;

/// <summary>MB/s on the same texts, round by round: <c>tokenizers GPT2_FOLDER BERT_FOLDER DATASET… [--mb 10] [--rounds 7]</c>.</summary>
internal sealed class TokenizerBenchmark : IBenchmark
{
    private List<string> _texts = [];
    private double _megabytes;
    private int _rounds;

    public string Name => "tokenizers";

    public string Description => "tokenizing MB/s against Hugging Face's Rust code, tiktoken and Microsoft.ML, one thread and two";

    public Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var options = TokenizerArguments.Parse(arguments);
        if (options is null)
        {
            Console.Error.WriteLine("tokenizers GPT2_FOLDER BERT_FOLDER DATASET… [--mb 10] [--rounds 7]");
            return Task.FromResult(1);
        }

        _rounds = options.Rounds;
        _texts = BenchmarkTexts.Read(options.Datasets, options.Megabytes * 1_000_000L);
        _megabytes = _texts.Sum(t => Encoding.UTF8.GetByteCount(t)) / 1e6;
        Console.WriteLine($"{_texts.Count:N0} texts, {_megabytes:0.0} MB, {_rounds} rounds; load {File.ReadAllText("/proc/loadavg").Trim()}");

        var textFile = Path.GetTempFileName();
        File.WriteAllBytes(textFile, JsonSerializer.SerializeToUtf8Bytes(_texts));
        using (var one = NodePeer.Start(threads: 1))
        using (var two = NodePeer.Start(threads: 2))
        using (var other = NodePeer.Start(threads: 1))
        {
            foreach (var peer in (NodePeer[])[one, two, other])
                peer.Ask(new { op = "texts", file = textFile });
            Compare("GPT-2", options.Gpt2Folder, one, two, other, withTiktoken: true);
            Compare("BERT uncased", options.BertFolder, one, two, other, withTiktoken: false);
        }

        File.Delete(textFile);
        return Task.FromResult(0);
    }

    private void Compare(string title, string folder, NodePeer one, NodePeer two, NodePeer other, bool withTiktoken)
    {
        var ours = HuggingFaceTokenizer.Load(folder);
        foreach (var peer in (NodePeer[])[one, two])
            peer.Ask(new { op = "tokenizer", file = Path.GetFullPath(Path.Combine(folder, "tokenizer.json")) });

        var series = new List<Series>
        {
            new("this, 1 thread", () => Measured(() => Encode(ours, 1))),
            new("tokenizers (Rust), 1 thread", () => Asked(one, "tokenizers")),
        };
        if (withTiktoken)
        {
            series.Add(new("tiktoken (wasm), 1 thread", () => Asked(one, "tiktoken")));
            var microsoft = MicrosoftBpe(folder);
            series.Add(new("Microsoft.ML BPE, 1 thread", () => Measured(() => _texts.Sum(t => (long)microsoft.EncodeToIds(t).Count))));
        }

        series.Add(new("this, 2 threads", () => Measured(() => Encode(ours, 2))));
        series.Add(new("tokenizers (Rust), 2 threads", () => Asked(two, "tokenizers")));
        if (withTiktoken)
            series.Add(new("tiktoken (wasm), 2 processes", () => TwoHalves(one, other)));

        // The first round warms caches and compilers up.
        for (var round = 0; round <= _rounds; round++)
        {
            foreach (var s in series)
                s.Add(s.Run(), keep: round > 0);
        }

        Console.WriteLine($"\n{title,-32} {"MB/s",8} {"spread",15} {"MB/cpu-s",9} {"spread",15}   tokens");
        foreach (var s in series)
            Console.WriteLine(s.Line(_megabytes));
        Console.WriteLine(Series.Ratio("1 thread", series.Where(s => s.Name.EndsWith("1 thread", StringComparison.Ordinal) && !s.Name.StartsWith("Micro", StringComparison.Ordinal))));
        Console.WriteLine(Series.Ratio("2 threads", series.Where(s => s.Name.Contains(", 2 ", StringComparison.Ordinal))));
    }

    private long Encode(ITextTokenizer tokenizer, int threads)
    {
        if (threads == 1)
            return _texts.Sum(t => (long)tokenizer.Encode(t).Length);
        long tokens = 0;
        Parallel.ForEach(_texts.Chunk(1000), new ParallelOptions { MaxDegreeOfParallelism = threads }, chunk =>
            Interlocked.Add(ref tokens, chunk.Sum(t => (long)tokenizer.Encode(t).Length)));
        return tokens;
    }

    private static Timing Measured(Func<long> work)
    {
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var tokens = work();
        var wall = clock.Elapsed;
        process.Refresh();
        return new Timing(wall.TotalSeconds, (process.TotalProcessorTime - cpu).TotalSeconds, tokens);
    }

    private static Timing Asked(NodePeer peer, string operation)
    {
        var answer = peer.Ask(new { op = operation });
        return new Timing(answer.GetProperty("wall").GetDouble() / 1e3, answer.GetProperty("cpu").GetDouble() / 1e3, answer.GetProperty("tokens").GetInt64());
    }

    // tiktoken has no threads: two processes run over all texts each, which is twice the work in the same time.
    private static Timing TwoHalves(NodePeer one, NodePeer other)
    {
        var second = Task.Run(() => Asked(other, "tiktoken"));
        var first = Asked(one, "tiktoken");
        return new Timing(Math.Max(first.Wall, second.Result.Wall) / 2, (first.Cpu + second.Result.Cpu) / 2, first.Tokens);
    }

    // Byte-level BPE of Microsoft.ML, from the same two files.
    private static BpeTokenizer MicrosoftBpe(string folder) => BpeTokenizer.Create(
        new BpeOptions(Path.Combine(folder, "vocab.json"), Path.Combine(folder, "merges.txt"))
    {
        ByteLevel = true,
        PreTokenizer = new RegexPreTokenizer(new Regex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.Compiled), null),
    });
}
