using Function = (System.Func<double, double> Value, System.Func<double, double> Derivative);

namespace Pipeline.Modeling.Tests.Reference;

/// <summary>Activation functions and their derivatives.</summary>
internal static class ElementFunctions
{
    private static readonly double s_root = Math.Sqrt(2 / Math.PI);

    public static Function Tanh { get; } = (Math.Tanh, x => 1 - Math.Pow(Math.Tanh(x), 2));

    public static Function Relu { get; } = (x => Math.Max(x, 0), x => x > 0 ? 1 : 0);

    /// <summary>x Φ(x), with the normal distribution's density as the derivative of Φ.</summary>
    private static Function Gelu { get; } = (x => x * Normal(x), x => Normal(x) + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));

    /// <summary>0.5 x (1 + tanh u), u = √(2/π) (x + 0.044715 x³).</summary>
    private static Function GeluTanh { get; } = (
        x => 0.5 * x * (1 + Math.Tanh(Inner(x))),
        x => 0.5 * (1 + Math.Tanh(Inner(x))) + 0.5 * x * (1 - Math.Pow(Math.Tanh(Inner(x)), 2)) * s_root * (1 + 3 * 0.044715 * x * x));

    /// <summary>x σ(a x).</summary>
    private static Function Sigmoidal(double a)
    {
        double Sigma(double x) => 1 / (1 + Math.Exp(-a * x));
        return (x => x * Sigma(x), x => Sigma(x) + x * a * Sigma(x) * (1 - Sigma(x)));
    }

    public static Function Named(string name) => name switch
    {
        "gelu" => Gelu,
        "gelu_new" or "gelu_fast" or "gelu_pytorch_tanh" => GeluTanh,
        "quick_gelu" => Sigmoidal(1.702),
        "silu" or "swish" => Sigmoidal(1),
        "relu" => Relu,
        "tanh" => Tanh,
        _ => throw new ArgumentException(name),
    };

    private static double Inner(double x) => s_root * (x + 0.044715 * x * x * x);

    // Φ by its series x Σ x^2k / (1·3·5…(2k+1)) (Abramowitz and Stegun 26.2.11), exact to rounding for the arguments of a tiny network.
    private static double Normal(double x)
    {
        if (Math.Abs(x) > 8) return x > 0 ? 1 : 0;
        double term = x, sum = x;
        for (int k = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum) && k < 500; k++)
        {
            term *= x * x / (2 * k + 1);
            sum += term;
        }
        return 0.5 + sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
    }
}
