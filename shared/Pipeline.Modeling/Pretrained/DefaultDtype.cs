using static TorchSharp.torch;

namespace Pipeline.Modeling.Pretrained;

/// <summary>Makes new parameters be of a type while it lives, as <c>transformers</c> does while it builds a model. One at a time.</summary>
internal sealed class DefaultDtype : IDisposable
{
    private static readonly Lock s_lock = new();
    private readonly ScalarType _before;

    public DefaultDtype(ScalarType type)
    {
        s_lock.Enter();
        _before = get_default_dtype();
        set_default_dtype(type);
    }

    public void Dispose()
    {
        set_default_dtype(_before);
        s_lock.Exit();
    }
}
