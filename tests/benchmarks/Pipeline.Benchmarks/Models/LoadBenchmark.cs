using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Pipeline.Modeling;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Pretrained;
using Pipeline.Modeling.Safetensors;
using static TorchSharp.torch;

namespace Pipeline.Benchmarks.Models;

/// <summary>Loading the weights of GPT-2 small, 500 MB, beside plain sequential reads of the same file in the page cache.</summary>
internal sealed class LoadBenchmark : IBenchmark
{
    private const int Rounds = 15;
    private const int Buffer = 1 << 20;

    public string Name => "load";

    public string Description => "500 MB of safetensors into a model, against a plain read of the file";

    public Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        TorchRuntime.Initialize();
        var folder = Directory.CreateTempSubdirectory("pipeline-load-");
        try
        {
            Measure(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        return Task.FromResult(0);
    }

    private static unsafe void Measure(string folder)
    {
        string file = Path.Combine(folder, "model.safetensors");
        using var model = new GPT2ForSequenceClassification(new GPT2Config { PadTokenId = 0 }.WithLabels(["a", "b"]), seed: 1);
        model.SavePretrained(folder);
        using var reader = SafetensorsReader.Open(file);
        long length = new FileInfo(file).Length;
        byte* resident = (byte*)NativeMemory.AllocZeroed((nuint)length);
        // Two peers, each with what is to be compared with it.
        (string What, int Peer, Action Run)[] contenders =
        [
            ("plain read into memory that is there", 0, () => Read(file, resident, length)),
            ("weights into a model that is there", 0, () => Refill(model, reader)),
            ("plain read into new memory", 2, () => ReadIntoNew(file, length)),
            ("FromPretrained: model made and filled", 2, () => GPT2ForSequenceClassification.FromPretrained(folder).Dispose()),
            ("plain read into one buffer of 1 MB", 4, () => ReadInPieces(file)),
        ];
        foreach (var (_, _, run) in contenders) run();
        var times = contenders.Select(_ => new List<double>()).ToArray();
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < contenders.Length; i++) times[i].Add(Milliseconds(contenders[i].Run));
        }
        NativeMemory.Free(resident);

        var spreads = times.Select(t => new Spread(t)).ToList();
        Console.WriteLine($"{length / 1e6:f0} MB in the page cache, {get_num_threads()} threads, ms, median of {Rounds} rounds side by side (least to most); load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
        for (int i = 0; i < contenders.Length; i++)
        {
            int peer = contenders[i].Peer;
            Console.WriteLine($"{contenders[i].What,-40} {spreads[i]}   {spreads[i].Median / spreads[peer].Median:f2} x (least over least {spreads[i].Values.Min() / spreads[peer].Values.Min():f2})");
        }
    }

    private static double Milliseconds(Action run)
    {
        var watch = Stopwatch.StartNew();
        run();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static void ReadInPieces(string path)
    {
        using var handle = Open(path);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(Buffer);
        long offset = 0;
        for (int read; (read = RandomAccess.Read(handle, buffer, offset)) > 0;) offset += read;
    }

    private static unsafe void ReadIntoNew(string path, long length)
    {
        byte* memory = (byte*)NativeMemory.Alloc((nuint)length);
        try
        {
            Read(path, memory, length);
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }

    private static unsafe void Read(string path, byte* memory, long length)
    {
        using var handle = Open(path);
        for (long offset = 0; offset < length;)
            offset += RandomAccess.Read(handle, new Span<byte>(memory + offset, (int)Math.Min(1 << 30, length - offset)), offset);
    }

    private static void Refill(SequenceClassifier model, SafetensorsReader reader)
    {
        using var grad = no_grad();
        foreach (var (name, parameter) in model.named_parameters()) reader.CopyTo(name, parameter);
    }

    private static SafeFileHandle Open(string path) => File.OpenHandle(path, options: FileOptions.SequentialScan);
}
