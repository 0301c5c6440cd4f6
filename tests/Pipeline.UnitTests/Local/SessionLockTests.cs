using Pipeline.Local;
using Pipeline.Local.Hosting;

namespace Pipeline.UnitTests.Local;

public sealed class SessionLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_has_one_pipeline_at_a_time()
    {
        var state = StateFolder.At(_folder.Path);
        using (SessionLock.Take(state))
        {
            Assert.True(SessionLock.IsHeld(state));
            Assert.Throws<LocalException>(() => SessionLock.Take(state));
        }

        Assert.False(SessionLock.IsHeld(state));
        SessionLock.Take(state).Dispose();
    }

    [Fact]
    public void What_a_pipeline_left_behind_is_not_taken_for_a_running_one()
    {
        var state = StateFolder.At(_folder.Path);
        new Session(1, new Uri("http://127.0.0.1:1"), "", default).Save(state);

        Assert.Throws<LocalException>(() => Session.Running(state));
    }

    [Fact]
    public void A_fresh_folder_is_empty_each_time()
    {
        var state = StateFolder.At(_folder.Path);
        File.WriteAllText(Path.Combine(state.Fresh("demo").Root, "old"), "");

        Assert.Empty(Directory.EnumerateFileSystemEntries(state.Fresh("demo").Root));
    }
}
