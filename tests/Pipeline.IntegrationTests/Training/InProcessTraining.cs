namespace Pipeline.IntegrationTests.Training;

/// <summary>
/// Tests that train inside the test's process, one after the other: Torch's random generator belongs to the whole process,
/// so that trainings side by side would change each other's weights.
/// </summary>
[CollectionDefinition(nameof(InProcessTraining))]
public sealed class InProcessTraining;
