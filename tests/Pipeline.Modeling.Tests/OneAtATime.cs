// Torch's random generator and thread count belong to the whole process: tests side by side would change each other's numbers.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
