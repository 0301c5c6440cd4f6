using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Modeling.Layers;

/// <summary>Activation functions under the names of Hugging Face's <c>ACT2FN</c>.</summary>
internal static class Activation
{
    /// <summary>The names that are supported.</summary>
    public static IReadOnlyCollection<string> Names { get; } = ["gelu", "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "quick_gelu", "relu", "silu", "swish", "tanh"];

    /// <summary>The function of that name.</summary>
    /// <exception cref="ArgumentException">The name is not supported.</exception>
    public static Func<Tensor, Tensor> Create(string name) => name switch
    {
        "gelu" => F.gelu,
        // Three names of one formula: 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).
        "gelu_new" or "gelu_fast" or "gelu_pytorch_tanh" => TanhGelu.Of,
        "quick_gelu" => x => x * sigmoid(1.702 * x),
        "relu" => x => F.relu(x),
        "silu" or "swish" => x => F.silu(x),
        "tanh" => x => x.tanh(),
        _ => throw new ArgumentException($"No activation function is called '{name}'; there are {string.Join(", ", Names)}.", nameof(name)),
    };
}
