using Xunit.Sdk;
using Xunit.v3;

// Torch's random generator and thread count belong to the whole process: tests side by side would change each other's numbers.
[assembly: Parallelization(Mode = ParallelMode.None)]
