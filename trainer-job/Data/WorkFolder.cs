namespace Pipeline.Trainer.Data;

/// <summary>A folder for the files of one run, deleted with it.</summary>
internal sealed class WorkFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipeline-run-");

    /// <summary>A subfolder, made when it is asked for.</summary>
    public string Sub(string name) => _folder.CreateSubdirectory(name).FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
