using System.ComponentModel;
using System.Diagnostics;

namespace Pipeline.Tests.Containers;

/// <summary>The Docker engine of this machine, asked once per test program before the first container is made.</summary>
internal static class DockerEngine
{
    /// <summary>Set to 1, every test that needs a container is skipped instead of failing.</summary>
    private const string SkipVariable = "PIPELINE_SKIP_CONTAINERS";

    // The oldest API that Testcontainers asks for by default; Debian 12's engine speaks 1.41.
    private static readonly Version DefaultApi = new(1, 44);

    private static readonly Lazy<string?> Problem = new(Prepare);

    public static bool IsSkipped => Environment.GetEnvironmentVariable(SkipVariable) == "1";

    /// <summary>Skips or fails the calling test where no engine answers or an image is missing.</summary>
    public static void Require(params ReadOnlySpan<string> images)
    {
        Assert.SkipWhen(IsSkipped, $"{SkipVariable}=1: tests that need containers are left out.");
        if (Problem.Value is { } problem)
            throw new InvalidOperationException(problem);
        foreach (string image in images)
        {
            if (!Docker("image", "inspect", "--format", "{{.Id}}", image).Succeeded)
                throw new InvalidOperationException($"The image {image} is missing. {TestImages.HowToMake(image)}");
        }
    }

    /// <summary>Runs the docker command line, for what Testcontainers has no call for.</summary>
    public static (bool Succeeded, string Output) Docker(params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo("docker") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? (true, output) : (false, error.Result.Trim());
        }
        catch (Win32Exception exception)
        {
            return (false, $"docker cannot be started: {exception.Message}");
        }
    }

    private static string? Prepare()
    {
        (bool succeeded, string output) = Docker("version", "--format", "{{.Server.APIVersion}}");
        if (!succeeded)
        {
            return $"No Docker engine answers ({output}). Run ./test.sh, which starts one, start one yourself, " +
                $"or set {SkipVariable}=1 to leave out the tests that need containers.";
        }

        // Testcontainers reads its settings from the environment when it is first used.
        if (Version.TryParse(output, out Version? api) && api < DefaultApi)
            SetDefault("DOCKER_API_VERSION", output);
        // Its cleaner is one more image to pull; the fixtures and test.sh clean up instead.
        SetDefault("TESTCONTAINERS_RYUK_DISABLED", "true");
        return null;
    }

    private static void SetDefault(string variable, string value)
    {
        if (Environment.GetEnvironmentVariable(variable) is null)
            Environment.SetEnvironmentVariable(variable, value);
    }
}
