using System.Buffers;
using System.Text;

namespace Pipeline.Core.Datasets.Inputs;

/// <summary>How fields are written down in delimited text.</summary>
/// <param name="Delimiter">What stands between fields; an ASCII character.</param>
/// <param name="IsBackslashEscaped">Whether a quote inside quotes is escaped with a backslash instead of doubled.</param>
public sealed record DelimitedForm(char Delimiter, bool IsBackslashEscaped)
{
    /// <summary>Writes a field, in quotes where it needs them.</summary>
    public void WriteField(IBufferWriter<byte> output, string field)
    {
        var isPlain = field.AsSpan().IndexOfAny('"', '\n', '\r') < 0 && !field.Contains(Delimiter);
        var text = isPlain ? field : $"\"{field.Replace("\"", IsBackslashEscaped ? "\\\"" : "\"\"", StringComparison.Ordinal)}\"";
        Encoding.UTF8.GetBytes(text, output);
    }

    /// <summary>Writes a record, without a line break behind it.</summary>
    public void WriteRecord(IBufferWriter<byte> output, IEnumerable<string> fields)
    {
        foreach (var (index, field) in fields.Index())
        {
            if (index > 0)
                WriteDelimiter(output);
            WriteField(output, field);
        }
    }

    /// <summary>Writes what stands between fields.</summary>
    public void WriteDelimiter(IBufferWriter<byte> output) => output.Write([(byte)Delimiter]);
}
