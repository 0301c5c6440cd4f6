namespace Pipeline.Trainer.Data;

/// <summary>Prepares the next item on another thread while the current one is used.</summary>
internal static class BatchPrefetcher
{
    /// <summary>The items, one after the other.</summary>
    /// <param name="items">Make an item each.</param>
    /// <param name="isOnAnotherThread">
    /// Whether the next one is made beside the current one. Where the processors themselves compute the steps it gains nothing, and
    /// what another thread allocates starts collections of garbage in the middle of an operation of libtorch: TorchSharp does not
    /// keep the numbers that it hands over alive, so that the operation then reads memory that was given back.
    /// </param>
    public static IEnumerable<T> Prefetch<T>(IEnumerable<Func<T>> items, bool isOnAnotherThread)
    {
        Task<T>? next = null;
        foreach (var make in items)
        {
            if (!isOnAnotherThread)
            {
                yield return make();
                continue;
            }

            var current = next;
            next = Task.Run(make);
            if (current is not null)
                yield return current.GetAwaiter().GetResult();
        }

        if (next is not null)
            yield return next.GetAwaiter().GetResult();
    }
}
