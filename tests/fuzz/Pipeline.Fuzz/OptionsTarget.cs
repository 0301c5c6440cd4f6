using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;

namespace Pipeline.Fuzz;

/// <summary>Reads an input as an options file.</summary>
internal static class OptionsTarget
{
    /// <summary>Only the documented exceptions may come out, of reading and of what the options say about it.</summary>
    public static void Run(byte[] input)
    {
        try
        {
            _ = ReadingOptions.From(RunOptionsReader.FromJson(input, "fuzz.options.json"));
        }
        catch (RunOptionsException e)
        {
            if (e.Message.Length == 0)
                throw new InvalidOperationException("A rejection has no reason.", e);
        }
    }
}
