using System.Diagnostics;
using System.Text.Json;

namespace Pipeline.Benchmarks.Tokenizers;

/// <summary>A Node process with Hugging Face's Rust <c>tokenizers</c> and <c>tiktoken</c> in it, asked line by line.</summary>
internal sealed class NodePeer : IDisposable
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Tokenizers", "peer");

    private readonly Process _node;

    private NodePeer(int threads)
    {
        var start = new ProcessStartInfo("node", ["--max-old-space-size=4096", Path.Combine(Folder, "peer.mjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TOKENIZERS_PARALLELISM"] = threads > 1 ? "true" : "false";
        start.Environment["RAYON_NUM_THREADS"] = threads.ToString();
        _node = Process.Start(start)!;
    }

    /// <summary>Installs the packages the first time, and starts.</summary>
    /// <param name="threads">Threads that a batch is spread over.</param>
    public static NodePeer Start(int threads)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
        {
            using var npm = Process.Start(new ProcessStartInfo("npm", ["install", "--no-audit", "--no-fund"]) { WorkingDirectory = Folder })!;
            npm.WaitForExit();
            if (npm.ExitCode != 0)
                throw new InvalidOperationException($"npm install in {Folder} ended with {npm.ExitCode}.");
        }

        return new NodePeer(threads);
    }

    /// <summary>Asks for something and waits for the answer, which holds <c>wall</c> and <c>cpu</c> in milliseconds.</summary>
    public JsonElement Ask(object request)
    {
        _node.StandardInput.WriteLine(JsonSerializer.Serialize(request));
        _node.StandardInput.Flush();
        var answer = JsonSerializer.Deserialize<JsonElement>(_node.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The Node process has ended."));
        return answer.TryGetProperty("error", out var error) ? throw new InvalidOperationException(error.GetString()) : answer;
    }

    public void Dispose()
    {
        _node.StandardInput.Close();
        _node.WaitForExit();
        _node.Dispose();
    }
}
