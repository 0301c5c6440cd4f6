using Microsoft.ML.OnnxRuntime;
using Pipeline.Modeling.Onnx;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests;

public sealed class OnnxFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Model => Path.Combine(_folder.Path, "model.onnx");

    private string Weights => Model + OnnxExporter.WeightsSuffix;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Weights_stand_beside_a_model_that_is_too_large_for_one_file()
    {
        using var scope = NewDisposeScope();
        Write(largest: 10_000);
        Assert.True(new FileInfo(Model).Length < 10_000);
        Assert.True(new FileInfo(Weights).Length >= 2 * 64 * 64 * sizeof(float));
        Assert.Equal(Product(), Run());
    }

    [Fact]
    public void A_model_that_fits_has_its_weights_inside()
    {
        using var scope = NewDisposeScope();
        Write(largest: 10_000);
        Write(largest: 100_000);
        Assert.False(File.Exists(Weights), "the weights of the file that was replaced are still there");
        Assert.Equal(Product(), Run());
    }

    // Two matrices of 16 kB, of small whole numbers so that sums are exact, and small constants.
    private static Tensor First => arange(64 * 64, float32).remainder(7).view(64, 64);

    private static Tensor Second => First.t();

    private void Write(long largest)
    {
        var graph = new OnnxGraph();
        string rows = graph.Node("Gather", [graph.Weight("first", First), graph.Input("ids", "batch")]);
        string product = graph.Node("MatMul", [rows, graph.Weight("second", Second)]);
        graph.Output("logits", graph.Node("Add", [product, graph.Scalar(2.0)]), "batch", 64);
        graph.Save(Model, "test", largest);
    }

    private static float[] Product() => (First.index_select(0, tensor(new long[] { 3, 1 })).mm(Second) + 2).data<float>().ToArray();

    private float[] Run()
    {
        using var session = new InferenceSession(Model);
        using var ids = OrtValue.CreateTensorValueFromMemory(new long[] { 3, 1 }, [2]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, ["ids"], [ids], ["logits"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
