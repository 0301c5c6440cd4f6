using Pipeline.Modeling.Optimization;
using Pipeline.Modeling.Safetensors;
using static TorchSharp.torch;
using AdamW = Pipeline.Modeling.Optimization.AdamW;
using Parameter = TorchSharp.Modules.Parameter;

namespace Pipeline.Modeling.Tests;

public sealed class AdamWTests
{
    // Not multiples of the vector's length, one longer than a chunk, and a bias.
    private static readonly long[][] s_shapes = [[301, 227], [7, 3], [130_001], [5]];

    [Theory, InlineData(0.0), InlineData(0.1)]
    public void Twenty_steps_equal_those_of_Torch(double weightDecay)
    {
        using var scope = NewDisposeScope();
        var ours = Parameters();
        var theirs = ours.Select(p => new Parameter(p.parameter.detach().clone())).ToList();
        using var optimizer = new AdamW(ours, new AdamWOptions { LearningRate = 1e-2, WeightDecay = weightDecay });
        var matrices = optim.AdamW(theirs.Where(p => p.dim() > 1), 1e-2, weight_decay: weightDecay);
        var vectors = optim.AdamW(theirs.Where(p => p.dim() == 1), 1e-2, weight_decay: 0);

        for (int step = 1; step <= 20; step++)
        {
            SetGradients(ours.Select(p => p.parameter), step);
            SetGradients(theirs, step);
            optimizer.Step();
            matrices.step();
            vectors.step();
        }

        foreach (var ((_, actual), expected) in ours.Zip(theirs)) AssertClose(expected, actual);
        Assert.Equal(20, optimizer.Steps);
    }

    [Fact]
    public void Clipping_inside_the_step_equals_clipping_before_it()
    {
        using var scope = NewDisposeScope();
        var ours = Parameters();
        var theirs = ours.Select(p => new Parameter(p.parameter.detach().clone())).ToList();
        using var optimizer = new AdamW(ours, new AdamWOptions { WeightDecay = 0 });
        var reference = optim.AdamW(theirs, 1e-3, weight_decay: 0);
        for (int step = 1; step <= 5; step++)
        {
            SetGradients(ours.Select(p => p.parameter), step);
            SetGradients(theirs, step);
            double exact = ExactNorm(theirs);
            Assert.Equal(exact, optimizer.Step(maxGradientNorm: 0.5), exact * 1e-6);
            nn.utils.clip_grad_norm_(theirs, 0.5);
            reference.step();
        }
        foreach (var ((_, actual), expected) in ours.Zip(theirs)) AssertClose(expected, actual);
    }

    [Theory, InlineData(0.5), InlineData(1e6)]
    public void Clipping_equals_that_of_Torch(double maxNorm)
    {
        using var scope = NewDisposeScope();
        var ours = Parameters().ConvertAll(p => p.parameter);
        var theirs = Parameters().ConvertAll(p => p.parameter);
        SetGradients(ours, 1);
        SetGradients(theirs, 1);
        double exact = ExactNorm(theirs);
        Assert.Equal(exact, GradientNorm.Clip(ours, maxNorm), exact * 1e-6);
        nn.utils.clip_grad_norm_(theirs, maxNorm);
        foreach (var (actual, reference) in ours.Zip(theirs)) AssertClose(reference.grad!, actual.grad!, 2e-4);
    }

    [Fact]
    public void Tensor_operations_for_other_devices_give_what_the_kernel_gives()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var grad = no_grad();
        Tensor[] kernel = [randn(1000), randn(1000), randn(1000), rand(1000)], operations = [.. kernel.Select(t => t.clone())];
        var constants = new AdamWConstants(new AdamWOptions(), 1e-2, step: 3, gradientScale: 0.7);
        AdamWKernel.Update(kernel[0], kernel[1], kernel[2], kernel[3], constants, weightDecay: 0.1);
        AdamWTensorOperations.Update(operations[0], operations[1], operations[2], operations[3], constants, weightDecay: 0.1);
        foreach (var (expected, actual) in operations.Zip(kernel)) AssertClose(expected, actual);
    }

    [Fact]
    public void A_saved_and_loaded_state_continues_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        var parameters = Parameters();
        using var straight = new AdamW(parameters);
        Run(straight, parameters, 1, 3);
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        SafetensorsWriter.Write(path, straight.State());
        var copies = parameters.ConvertAll(p => (p.name, new Parameter(p.parameter.detach().clone())));
        using var resumed = new AdamW(copies);
        using (var file = SafetensorsReader.Open(path)) resumed.LoadState(file);
        File.Delete(path);

        Run(straight, parameters, 4, 6);
        Run(resumed, copies, 4, 6);

        Assert.Equal(6, resumed.Steps);
        foreach (var (expected, actual) in parameters.Zip(copies)) Assert.True(expected.parameter.Equals(actual.Item2), expected.name);
    }

    [Fact]
    public void A_gradient_that_is_not_finite_leaves_weights_and_moments_alone()
    {
        using var scope = NewDisposeScope();
        var weight = new Parameter(ones(4));
        using var optimizer = new AdamW([("w", weight)]);
        weight.grad = tensor(new[] { 1f, float.NaN, 1f, 1f });
        Assert.True(double.IsNaN(optimizer.Step(maxGradientNorm: 1)));
        Assert.Equal([1f, 1f, 1f, 1f], weight.data<float>().ToArray());
        Assert.Equal(0, optimizer.Steps);
        Assert.Null(weight.grad);
    }

    [Fact]
    public void Frozen_parameters_stay_as_they_are()
    {
        using var scope = NewDisposeScope();
        var frozen = new Parameter(ones(2, 2), requires_grad: false);
        using var optimizer = new AdamW([("frozen", frozen)]);
        optimizer.Step();
        Assert.True(frozen.Equals(ones(2, 2)));
        Assert.Equal(["step"], optimizer.State().Keys);
    }

    private static void Run(AdamW optimizer, List<(string name, Parameter parameter)> parameters, int first, int last)
    {
        for (int step = first; step <= last; step++)
        {
            SetGradients(parameters.Select(p => p.parameter), step);
            optimizer.Step();
        }
    }

    private static List<(string name, Parameter parameter)> Parameters()
    {
        manual_seed(1);
        return [.. s_shapes.Select((shape, i) => ($"p{i}", new Parameter(randn(shape))))];
    }

    private static void SetGradients(IEnumerable<Parameter> parameters, int seed)
    {
        manual_seed(seed);
        foreach (var parameter in parameters) parameter.grad = randn(parameter.shape) * (seed % 3 + 0.1);
    }

    // Torch adds the squares up in fp32, and is itself off by some 1e-4 of the norm.
    private static double ExactNorm(IEnumerable<Parameter> parameters) =>
        Math.Sqrt(parameters.Sum(p => p.grad!.to_type(float64).square().sum().item<double>()));

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance = 2e-6)
    {
        double worst = (expected - actual).abs().max().item<float>();
        Assert.True(worst <= tolerance, $"differs by up to {worst:g3}");
    }
}
