using System.Runtime.InteropServices;
using System.Text.Json;
using Pipeline.Core.Tokenization;

namespace Pipeline.Benchmarks.Tokenizers;

/// <summary>
/// Whether ids, pairs, token types and truncation equal those of Hugging Face's Rust code, which reads the tokenizers as they
/// are saved here: <c>tokenizer-parity GPT2_FOLDER BERT_FOLDER DATASET… [--mb 10] [--random 100000]</c>.
/// </summary>
internal sealed class ParityBenchmark : IBenchmark
{
    private const int PairLength = 48;

    // Pairs go over to Rust one by one, which is slow.
    private const int PairStep = 5;

    public string Name => "tokenizer-parity";

    public string Description => "ids, pairs and truncation against Hugging Face's Rust code on real texts and 100,000 random ones";

    public Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (TokenizerArguments.Parse(arguments) is not { } options)
        {
            Console.Error.WriteLine("tokenizer-parity GPT2_FOLDER BERT_FOLDER DATASET… [--mb 10] [--random 100000]");
            return Task.FromResult(1);
        }

        var real = BenchmarkTexts.Read(options.Datasets, options.Megabytes * 1_000_000L);
        List<string> texts = [.. RandomText.Create(seed: 1, options.Random), .. real];
        Console.WriteLine($"{texts.Count:N0} texts, {real.Count:N0} of them real");

        var work = Directory.CreateTempSubdirectory("parity-");
        using var peer = NodePeer.Start(threads: 2);
        var textFile = Path.Combine(work.FullName, "texts.json");
        File.WriteAllBytes(textFile, JsonSerializer.SerializeToUtf8Bytes(texts));
        peer.Ask(new { op = "texts", file = textFile });

        var different = 0;
        foreach (var (name, folder, tokenizer) in Cases(options, real, work.FullName))
        {
            peer.Ask(new { op = "tokenizer", file = Path.GetFullPath(Path.Combine(folder, "tokenizer.json")) });
            different += Compare(name, peer, work.FullName, texts, tokenizer, pairs: false);
            // Where the original file knows no pairs, ours adds to it.
            if (!name.Contains("original", StringComparison.Ordinal))
                different += Compare(name + ", pairs", peer, work.FullName, texts, tokenizer, pairs: true);
            if (tokenizer is ByteLevelBpeTokenizer { Vocabulary.Settings.AddedTokens: var added } && !added.Any(t => t.LStrip))
                different += CountLossy(name, texts, tokenizer);
        }

        work.Delete(recursive: true);
        return Task.FromResult(different == 0 ? 0 : 1);
    }

    private static IEnumerable<(string Name, string Folder, ITextTokenizer Tokenizer)> Cases(TokenizerArguments options, List<string> real, string work)
    {
        var gpt2 = HuggingFaceTokenizer.Load(options.Gpt2Folder);
        yield return ("GPT-2, original file", options.Gpt2Folder, gpt2);
        yield return Saved("GPT-2", gpt2);

        var trainer = new ByteLevelBpeTrainer();
        foreach (var text in real)
            trainer.Add(text);
        yield return Saved("learned BPE", new ByteLevelBpeTokenizer(trainer.Train(8_000)));
        yield return Saved("RoBERTa's template", AsRoberta(trainer.Train(4_000)));

        var bert = (WordPieceTokenizer)HuggingFaceTokenizer.Load(options.BertFolder);
        yield return ("BERT uncased, original file", options.BertFolder, bert);
        yield return Saved("BERT uncased", bert);
        foreach (var normalization in (BertNormalization[])[
            new() { Lowercase = false },
            new() { Lowercase = false, StripAccents = true },
            new() { Lowercase = true, StripAccents = false, HandleChineseChars = false },
            new() { Lowercase = true, CleanText = false }])
            yield return Saved($"BERT, {normalization}", new WordPieceTokenizer(bert.Vocabulary with { Normalization = normalization }));

        AddedToken[] added = [.. bert.Vocabulary.Settings.AddedTokens, new("Naïve Bayes", 30_522) { Normalized = true, Special = false }, new("covid", 30_523) { LStrip = true, RStrip = true, Special = false }];
        yield return Saved("BERT, added tokens", new WordPieceTokenizer(bert.Vocabulary with { Settings = bert.Vocabulary.Settings with { AddedTokens = added } }));

        (string, string, ITextTokenizer) Saved(string name, ITextTokenizer tokenizer)
        {
            var folder = Directory.CreateDirectory(Path.Combine(work, Guid.NewGuid().ToString("N"))).FullName;
            HuggingFaceTokenizer.Save(folder, tokenizer, 512);
            return (name + " as saved", folder, HuggingFaceTokenizer.Load(folder));
        }
    }

    private static ByteLevelBpeTokenizer AsRoberta(BpeVocabulary vocabulary)
    {
        int next = vocabulary.Tokens.Values.Max() + 1;
        AddedToken[] added = [new("<s>", next), new("</s>", next + 1), new("<mask>", next + 2) { LStrip = true }];
        return new ByteLevelBpeTokenizer(vocabulary with
        {
            Settings = new TokenizerSettings
            {
                TokenizerClass = "RobertaTokenizer",
                AddedTokens = [.. vocabulary.Settings.AddedTokens, .. added],
                Roles = new Dictionary<string, string> { ["cls_token"] = "<s>", ["bos_token"] = "<s>", ["sep_token"] = "</s>", ["eos_token"] = "</s>", ["mask_token"] = "<mask>" },
                Template = SpecialTokenTemplate.Roberta(next, next + 1),
            },
        });
    }

    private static int Compare(string name, NodePeer peer, string work, List<string> texts, ITextTokenizer tokenizer, bool pairs)
    {
        var file = Path.Combine(work, "ids");
        // An even number of tokens for the two texts: which of two long ones gets an odd token hangs on where its words end.
        var maxLength = PairLength + tokenizer.Template.PairTokens % 2;
        peer.Ask(new { op = "ids", @out = file, pairs, max = maxLength, step = PairStep });
        var rest = MemoryMarshal.Cast<byte, int>(File.ReadAllBytes(file));
        var different = 0;
        var (compared, step) = (0, pairs ? PairStep : 1);
        for (var i = 0; i < texts.Count; i += step)
        {
            compared++;
            var count = rest[0];
            var ids = rest.Slice(1, count);
            var types = pairs ? rest.Slice(1 + count, count) : [];
            rest = rest[(1 + count + types.Length)..];

            var text = tokenizer.Encode(texts[i]);
            var input = pairs ? tokenizer.Template.Build(text, tokenizer.Encode(texts[(i + 1) % texts.Count]), maxLength) : new ModelInput(text, null);
            if (ids.SequenceEqual(input.InputIds) && (input.TokenTypeIds is null || types.SequenceEqual(input.TokenTypeIds)))
                continue;
            if (++different <= 3)
                Console.WriteLine($"  {JsonSerializer.Serialize(texts[i])}\n    Hugging Face [{string.Join(", ", ids.ToArray().Take(40))}]\n    here         [{string.Join(", ", input.InputIds.Take(40))}]");
        }

        Console.WriteLine($"{name,-120} {compared - different,8:N0} equal, {different:N0} different");
        return different;
    }

    private static int CountLossy(string name, List<string> texts, ITextTokenizer tokenizer)
    {
        var lossy = texts.Count(t => tokenizer.Decode(tokenizer.Encode(t)) != t);
        Console.WriteLine($"{name + ", decoded again",-120} {texts.Count - lossy,8:N0} equal, {lossy:N0} different");
        return lossy;
    }
}
