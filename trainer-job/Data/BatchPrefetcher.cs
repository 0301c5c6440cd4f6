namespace Pipeline.Trainer.Data;

/// <summary>Prepares the next item on another thread while the current one is used.</summary>
internal static class BatchPrefetcher
{
    public static IEnumerable<T> Prefetch<T>(IEnumerable<Func<T>> items)
    {
        Task<T>? next = null;
        foreach (var make in items)
        {
            var current = next;
            next = Task.Run(make);
            if (current is not null)
                yield return current.GetAwaiter().GetResult();
        }

        if (next is not null)
            yield return next.GetAwaiter().GetResult();
    }
}
