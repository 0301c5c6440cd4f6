using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Pipeline.Modeling.Safetensors;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tensors_of_every_type_and_shape_come_back_as_they_were()
    {
        using var scope = NewDisposeScope();
        var written = new Dictionary<string, Tensor>
        {
            ["scalar"] = tensor(3.5f),
            ["empty"] = zeros(0, 4),
            ["matrix"] = randn(5, 7),
            ["transposed"] = randn(5, 7).t(),
            ["half"] = randn(3).to_type(float16),
            ["brain"] = randn(3).to_type(bfloat16),
            ["double"] = randn(3, dtype: float64),
            ["long"] = arange(9, int64),
            ["int"] = arange(9, int32),
            ["byte"] = arange(9, uint8),
            ["bool"] = tensor(new[] { true, false, true }),
        };
        string path = _folder.File("all.safetensors");

        SafetensorsWriter.Write(path, written);

        using var file = SafetensorsReader.Open(path);
        Assert.Equal(written.Keys.Order(), file.Tensors.Keys.Order());
        Assert.Equal("pt", file.Metadata["format"]);
        foreach (var (name, tensor) in written)
        {
            var read = file.Read(name);
            Assert.Equal(tensor.dtype, read.dtype);
            Assert.Equal(tensor.shape, read.shape);
            Assert.True(tensor.Equals(read), name);
        }
    }

    [Fact]
    public void A_tensor_is_converted_to_the_type_of_its_destination()
    {
        using var scope = NewDisposeScope();
        var values = randn(6, 5).to_type(bfloat16);
        SafetensorsWriter.Write(_folder.File("x"), [new("x", values)]);
        using var file = SafetensorsReader.Open(_folder.File("x"));
        var destination = zeros(6, 5);
        file.CopyTo("x", destination);
        Assert.True(values.to_type(float32).Equals(destination));
    }

    [Fact]
    public void A_destination_of_another_shape_is_refused()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(_folder.File("x"), [new("x", zeros(6, 5))]);
        using var file = SafetensorsReader.Open(_folder.File("x"));
        var error = Assert.Throws<InvalidDataException>(() => file.CopyTo("x", zeros(5, 6)));
        Assert.Contains("[6, 5], expected [5, 6]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_data_is_aligned_to_eight_bytes()
    {
        using var scope = NewDisposeScope();
        for (int length = 1; length < 9; length++)
        {
            SafetensorsWriter.Write(_folder.File("x"), [new(new string('x', length), zeros(2))]);
            using var file = SafetensorsReader.Open(_folder.File("x"));
            Assert.Equal(0, file.Tensors.Single().Value.Offset % 8);
        }
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "needs 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 2, "the file has")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 9, "the file has")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "begins at byte")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "begins at byte")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "begins at byte")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4, "data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "negative dimension")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0],"data_offsets":[9223372036854775807,9223372036854775807]}}""", 0, "")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1e400],"data_offsets":[0,4]}}""", 4, "")]
    [InlineData("""{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}""", 4, "unknown dtype 'F33'")]
    [InlineData("""{"a":{"dtype":7,"shape":[1],"data_offsets":[0,4]}}""", 4, "")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4, "no dtype")]
    [InlineData("""{"a":[]}""", 0, "")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "uplicate")]
    [InlineData("""{"__metadata__":{"format":3}}""", 0, "")]
    [InlineData("""[1,2]""", 0, "")]
    [InlineData("""{"a":""", 0, "")]
    [InlineData("", 0, "")]
    public void A_header_that_lies_is_refused_with_the_reason(string header, int dataLength, string reason)
    {
        var error = Assert.Throws<InvalidDataException>(() => Open(Encoding.UTF8.GetBytes(header), (ulong)header.Length, dataLength));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(_folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(3UL), InlineData(1UL << 20), InlineData((1UL << 63) - 1), InlineData(ulong.MaxValue)]
    public void A_header_length_beyond_the_file_is_refused(ulong length) =>
        Assert.Throws<InvalidDataException>(() => Open("{}"u8.ToArray(), length, 0));

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(_folder.File("whole"), [new("x", zeros(6)), new("y", zeros(2, 2))]);
        byte[] whole = File.ReadAllBytes(_folder.File("whole"));
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(_folder.File("cut"), whole[..length]);
            Assert.Throws<InvalidDataException>(() => SafetensorsReader.Open(_folder.File("cut")));
        }
    }

    [Fact]
    public void A_file_cut_short_after_it_was_opened_gives_an_error()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(_folder.File("x"), [new("x", zeros(6000))]);
        using var file = SafetensorsReader.Open(_folder.File("x"));
        // Another program, because .NET's own file locks would keep this one from doing it.
        using (var truncate = Process.Start("truncate", ["-s", "5000", _folder.File("x")])) truncate.WaitForExit();
        Assert.Throws<InvalidDataException>(() => file.Read("x"));
    }

    [Fact]
    public void A_tensor_that_several_threads_read_comes_back_as_it_was_and_one_cut_short_gives_the_same_error()
    {
        using var scope = NewDisposeScope();
        var values = randn(3_000_001);
        SafetensorsWriter.Write(_folder.File("x"), [new("x", values)]);
        using var file = SafetensorsReader.Open(_folder.File("x"));
        Assert.True(values.Equals(file.Read("x")));
        using (var truncate = Process.Start("truncate", ["-s", "9000000", _folder.File("x")])) truncate.WaitForExit();
        Assert.Throws<InvalidDataException>(() => file.Read("x"));
    }

    [Theory, InlineData("F8_E4M3", 1), InlineData("U32", 4)]
    public void A_type_that_Torch_lacks_may_stand_in_a_file_but_not_be_read(string dtype, int size)
    {
        string header = $$$"""{"a":{"dtype":"{{{dtype}}}","shape":[2],"data_offsets":[0,{{{2 * size}}}]}}""";
        using var file = Open(Encoding.UTF8.GetBytes(header), (ulong)header.Length, 2 * size);
        var error = Assert.Throws<InvalidDataException>(() => file.Read("a"));
        Assert.Contains(dtype, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}"), InlineData("[]"), InlineData("""{"weight_map":[]}"""), InlineData("""{"weight_map":{"a":3}}"""), InlineData("""{"weight_map":null}""")]
    [InlineData("""{"weight_map":{"a":null}}"""), InlineData("""{"weight_map":{"a":""}}"""), InlineData("""{"weight_map":{"a":".."}}""")]
    [InlineData("""{"weight_map":{"a":"x","a":"y"}}""")]
    public void An_index_that_is_not_what_the_format_asks_for_is_refused(string json)
    {
        File.WriteAllText(_folder.File("model.safetensors.index.json"), json);
        Assert.Throws<InvalidDataException>(() => new ShardedReader(_folder.File("model.safetensors.index.json")));
    }

    [Fact]
    public void Random_damage_gives_an_error_or_a_tensor_and_nothing_else()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(_folder.File("whole"), [new("x", zeros(6)), new("y", zeros(2, 2))]);
        byte[] whole = File.ReadAllBytes(_folder.File("whole"));
        var random = new Random(5);
        for (int trial = 0; trial < 2000; trial++)
        {
            byte[] damaged = [.. whole];
            for (int i = random.Next(1, 4); i > 0; i--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(_folder.File("damaged"), damaged);
            try
            {
                using var file = SafetensorsReader.Open(_folder.File("damaged"));
                foreach (string name in file.Tensors.Keys) file.Read(name).Dispose();
            }
            catch (InvalidDataException)
            {
                // What the reader promises for a file that it cannot use.
            }
        }
    }

    private SafetensorsReader Open(byte[] header, ulong headerLength, int dataLength)
    {
        byte[] bytes = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, headerLength);
        header.CopyTo(bytes, 8);
        File.WriteAllBytes(_folder.File("hostile.safetensors"), bytes);
        return SafetensorsReader.Open(_folder.File("hostile.safetensors"));
    }
}
