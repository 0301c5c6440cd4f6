namespace Pipeline.Trainer.Jobs;

/// <summary>Runs work of libtorch, which keeps a pool of threads for each calling thread, on one thread of its own.</summary>
internal static class TorchThread
{
    public static Task<T> RunAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
