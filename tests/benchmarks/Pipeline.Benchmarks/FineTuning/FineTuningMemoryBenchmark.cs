using System.Diagnostics;
using System.Globalization;

namespace Pipeline.Benchmarks.FineTuning;

/// <summary>
/// What it takes to fine-tune a GPT-Neo of random weights: all of it, with LoRA, and with LoRA over frozen weights in bf16.
/// Each way runs in a process of its own, so that its peak memory is its own.
/// </summary>
internal sealed class FineTuningMemoryBenchmark : IBenchmark
{
    public string Name => "finetune-memory";

    public string Description => "memory and time of a training step: all weights, LoRA, LoRA over bf16. [125m|1.3b] [full|lora|lora-bf16 …]";

    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var size = arguments.Count > 0 ? arguments[0] : "125m";
        if (arguments is [_, "child", var asked])
            return FineTuningStep.Run(size, asked);

        string[] ways = arguments.Count > 1 ? [.. arguments.Skip(1)] : ["full", "lora", "lora-bf16"];
        Console.WriteLine($"GPT-Neo {size}, random weights, batches of {FineTuningStep.Texts} texts of {FineTuningStep.Tokens} tokens, {Environment.ProcessorCount} processors");
        Console.WriteLine("| way | trained parameters | weights MB | gradients MB | optimizer MB | resident before the first step MB | peak resident MB | s/step, median (min-max) |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var way in ways)
        {
            using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Name, size, "child", way]) { RedirectStandardOutput = true })!;
            var line = await child.StandardOutput.ReadToEndAsync();
            await child.WaitForExitAsync();
            if (child.ExitCode != 0)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {way} | ended with exit code {child.ExitCode} | | | | | | |"));
                return 1;
            }

            Console.Write(line);
        }

        return 0;
    }
}
