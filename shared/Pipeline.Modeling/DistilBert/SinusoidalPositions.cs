using static TorchSharp.torch;

namespace Pipeline.Modeling.DistilBert;

/// <summary>The fixed position vectors of Vaswani et al. 2017, §3.5: sines at even places, cosines at odd ones.</summary>
internal static class SinusoidalPositions
{
    /// <param name="table"><c>[positions, width]</c></param>
    public static void Fill(Tensor table)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        long positions = table.shape[0], width = table.shape[1];
        var place = arange(width, int64);
        var wavelength = pow(tensor(10_000.0), (place - place % 2).to_type(float64) / width); // the same for a sine and its cosine
        var angle = arange(positions, int64).to_type(float64).unsqueeze(1) / wavelength; // [positions, width]
        table.copy_(where((place % 2).to_type(ScalarType.Bool), angle.cos(), angle.sin()));
    }
}
