namespace Pipeline.InfraTests;

/// <summary>A deployment, predicted once for all tests of a class.</summary>
/// <param name="parameterFile">The parameter file.</param>
/// <param name="environment">The environment variables that the file reads.</param>
public abstract class DeploymentFixture(string parameterFile, params (string Name, string Value)[] environment) : IAsyncLifetime
{
    internal Deployment Deployment { get; private set; } = null!;

    internal bool HasUploader => environment.Any(variable => variable.Name == "AZURE_PRINCIPAL_ID");

    protected virtual string? ResourceGroup => null;

    public async ValueTask InitializeAsync()
    {
        using var folder = new BicepFolder();
        foreach (var (name, value) in environment)
            folder.Set(name, value);
        Deployment = await folder.PredictAsync(parameterFile, ResourceGroup);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
