namespace Pipeline.Modeling.Tests;

public sealed class TorchRuntimeTests
{
    [Theory, InlineData(true, 16L, 16), InlineData(true, null, 64), InlineData(false, 16L, 64), InlineData(false, null, 64)]
    public void Memory_is_the_GPUs_where_libtorch_uses_one_and_its_size_is_known(bool usesCuda, long? ofGpu, long expected) =>
        Assert.Equal(expected, TorchRuntime.DeviceMemory(usesCuda, ofGpu, ofHost: 64));

    [Fact]
    public void Without_a_GPU_the_memory_is_what_the_process_may_use()
    {
        Assert.SkipWhen(TorchSharp.torch.cuda_is_available(), "There is a GPU.");
        Assert.Equal(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, TorchRuntime.DeviceMemory());
    }
}
