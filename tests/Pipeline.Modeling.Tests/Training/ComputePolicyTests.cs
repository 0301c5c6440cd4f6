using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Optimization;
using Pipeline.Modeling.Pretrained;
using Pipeline.Trainer.Training;
using TorchSharp;

namespace Pipeline.Modeling.Tests.Training;

public sealed class ComputePolicyTests
{
    [Theory]
    [InlineData("8.0", null, null, ComputePath.BFloat16)]
    [InlineData("7.5", null, null, ComputePath.Float16)]
    [InlineData("6.1", null, null, ComputePath.Float32)]
    [InlineData("9.0", false, null, ComputePath.Float32)]
    [InlineData("9.0", null, true, ComputePath.Float16)]
    [InlineData("7.5", true, null, ComputePath.BFloat16)]
    [InlineData("7.5", null, false, ComputePath.Float32)]
    public void On_a_gpu_its_generation_decides_unless_the_user_does(string capability, bool? bf16, bool? fp16, ComputePath expected) =>
        Assert.Equal([expected], Policy(DeviceType.CUDA, bf16, fp16, capability).Candidates());

    [Theory]
    [InlineData(null, true, 12, "Float32 Float32OneDnn BFloat16")]
    [InlineData(null, true, 2, "Float32 Float32OneDnn")]
    [InlineData(null, false, 12, "Float32 Float32OneDnn")]
    [InlineData(false, true, 12, "Float32OneDnn")]
    [InlineData(true, false, 2, "BFloat16")]
    public void On_a_cpu_bf16_comes_into_question_where_it_can_gain_something(bool? bf16, bool hasFastBFloat16, int layers, string expected) =>
        Assert.Equal(expected, string.Join(' ', Policy(DeviceType.CPU, bf16, null, "0.0", hasFastBFloat16, layers).Candidates()));

    [Theory]
    [InlineData(100, 80, 60, ComputePath.BFloat16)]
    [InlineData(100, 80, 75, ComputePath.Float32OneDnn)]
    [InlineData(100, 95, 91, ComputePath.Float32)]
    [InlineData(100, 120, 80, ComputePath.BFloat16)]
    public void What_is_not_clearly_faster_does_not_replace_what_is_plainer(int fp32, int oneDnn, int bf16, ComputePath expected)
    {
        var times = new Dictionary<ComputePath, TimeSpan>
        {
            [ComputePath.Float32] = TimeSpan.FromMilliseconds(fp32),
            [ComputePath.Float32OneDnn] = TimeSpan.FromMilliseconds(oneDnn),
            [ComputePath.BFloat16] = TimeSpan.FromMilliseconds(bf16),
        };
        Assert.Equal(expected, ComputePolicy.Fastest([.. times.Keys], times));
    }

    [Fact]
    public void The_measurement_gives_a_time_for_each_way_and_changes_no_setting()
    {
        var before = TorchRuntime.OneDnnFloat32;
        var times = ProductProbe.Measure([ComputePath.Float32, ComputePath.Float32OneDnn, ComputePath.BFloat16], rows: 64, width: 32, innerWidth: 64, TimeProvider.System);

        Assert.Equal(3, times.Count);
        Assert.All(times.Values, time => Assert.InRange(time, TimeSpan.FromTicks(1), TimeSpan.FromMinutes(1)));
        Assert.Equal(before, TorchRuntime.OneDnnFloat32);
    }

    [Fact]
    public void A_run_that_is_moved_keeps_its_way_where_the_device_has_it()
    {
        var (cpu, gpu) = (Policy(DeviceType.CPU, null, null, "0.0"), Policy(DeviceType.CUDA, null, null, "8.0"));

        Assert.True(cpu.IsPossible(ComputePath.BFloat16) && cpu.IsPossible(ComputePath.Float32OneDnn) && !cpu.IsPossible(ComputePath.Float16));
        Assert.True(gpu.IsPossible(ComputePath.BFloat16) && gpu.IsPossible(ComputePath.Float16) && !gpu.IsPossible(ComputePath.Float32OneDnn));
    }

    private static ComputePolicy Policy(DeviceType device, bool? bf16, bool? fp16, string capability, bool hasFastBFloat16 = true, int layers = 12) => new(
        new TrainingArguments
        {
            Seed = 5, MaxLength = 12, NumTrainEpochs = 1, PerDeviceTrainBatchSize = 8, LearningRate = 1e-3, WarmupSteps = 0,
            WeightDecay = 0, MaxGradNorm = 1, Dropout = 0, Bf16 = bf16, Fp16 = fp16, Reasons = new Dictionary<string, string>(),
        },
        device,
        new GPT2Config { NLayer = layers }.WithLabels(["a", "b"]),
        Version.Parse(capability),
        hasFastBFloat16);
}
